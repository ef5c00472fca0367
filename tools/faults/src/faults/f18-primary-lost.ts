import { setTimeout as delay } from 'node:timers/promises';

import type { Loss } from '../nodes/loss.ts';
import { Losses } from '../nodes/losses.ts';
import { untilAnswered, type Node, type ReplicaSetStage } from '../nodes/replica-set-stage.ts';
import type { ReplicaSetFault } from './fault.ts';

/** Longer than a request may take. */
const FROZEN = { quick: 500, full: 12_000 };
const LAG_MILLISECONDS = 2_000;
const STEP_DOWN_SECONDS = 5;

const KILL: Loss = {
  name: 'kill -9',
  rounds: { quick: 2, full: 80 },
  endsWith: 'the election',
  begin: (_stage, { member }) => member.kill(),
  end: (_stage, { member }) => member.restart(),
};

const KILL_BY_DEFAULT: Loss = {
  ...KILL,
  name: "kill -9 with MongoDB's own election timeout",
  rounds: { quick: 0, full: 20 },
};

const STEP_DOWN: Loss = {
  name: 'step-down',
  rounds: { quick: 1, full: 20 },
  endsWith: 'the election',
  begin: async (_stage, { client }) => {
    const secondaryCatchUpPeriodSecs = STEP_DOWN_SECONDS - 1;
    const replSetStepDown = STEP_DOWN_SECONDS;
    await client.db('admin').command({ replSetStepDown, secondaryCatchUpPeriodSecs });
  },
};

const FREEZE: Loss = {
  name: 'SIGSTOP',
  rounds: { quick: 1, full: 10 },
  lasts: FROZEN,
  // The one elected first asks all others what they have, and waits long for the frozen one.
  endsWith: 'its first majority',
  begin: async (stage, primary) => stage.signal(primary, 'SIGSTOP'),
  end: async (stage, primary) => stage.signal(primary, 'SIGCONT'),
};

/** Until the secondary that is left goes on, no majority has any write. */
const KILL_WHILE_LAGGING: Loss = {
  name: 'kill -9 while a secondary lags',
  rounds: { quick: 1, full: 10 },
  endsWith: 'the fault',
  begin: async (stage, primary) => {
    const lagging = stage.nodes.find((node) => node !== primary) as Node;
    await setLag(lagging, 'alwaysOn');
    await delay(LAG_MILLISECONDS);
    await primary.member.kill();
    await stage.primary(primary);
  },
  end: async (stage, primary) => {
    await endLags(stage, primary);
    await primary.member.restart();
  },
};

export const primaryLost: ReplicaSetFault = {
  id: 'F18',
  title: 'the primary of three is killed, steps down, is frozen, and is killed while another lags',
  members: 3,
  run: async (context) => {
    const losses = await Losses.start(context);
    return [
      ...(await losses.inflict(KILL)),
      ...(await losses.inflict(STEP_DOWN)),
      ...(await losses.inflict(FREEZE)),
      ...(await losses.inflict(KILL_WHILE_LAGGING)),
      ...(await losses.inflictByDefault(KILL_BY_DEFAULT)),
      ...(await losses.finish()),
    ];
  },
};

/** It gets no more of what is written, though it goes on voting. */
async function setLag({ client }: Node, mode: 'alwaysOn' | 'off'): Promise<void> {
  const setting = { configureFailPoint: 'stopReplProducer', mode };
  await untilAnswered(() => client.db('admin').command(setting));
}

async function endLags({ nodes }: ReplicaSetStage, primary: Node): Promise<void> {
  const running = nodes.filter((node) => node !== primary);
  await Promise.all(running.map((node) => setLag(node, 'off')));
}
