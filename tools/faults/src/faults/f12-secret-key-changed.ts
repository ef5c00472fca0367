import { createECDH, randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { isAnswer, isSuccess, type Outcome } from '../http/http-client.ts';
import { readTokens } from '../load/answers.ts';
import { ApiClient } from '../load/api-client.ts';
import { makePhoneNumber, toE164 } from '../load/identities.ts';
import { assertSuccess, signUpAndLogIn, type Person } from '../load/people.ts';
import { ReadinessWatch } from '../load/readiness-watch.ts';
import { readCode, readResetToken } from '../load/secrets.ts';
import { Tally } from '../load/tally.ts';
import type { Program } from '../stage/program.ts';
import type { SecretKeys, Stage } from '../stage/stage.ts';
import { checkAtLeast, checkCount, listNothing, type Check } from './check.ts';
import { byMode, type Fault, type Mode } from './fault.ts';

/** How long the processes of either side of a step run beside each other. */
const BESIDE_MILLISECONDS = { quick: 1_000, full: 65_000 };
const PEOPLE = 4;

export const secretKeyChanged: Fault = {
  id: 'F12',
  title: 'SECRET_KEY is changed in two phases under load, over two processes',
  run: async ({ mode, stage, progress }) => {
    const change = await KeyChange.open(stage, mode);
    const steps = change.steps();
    for (const [index, keys] of steps.entries()) {
      await change.restartWith(keys);
      progress(index + 1, steps.length);
    }
    return change.judge();
  },
};

/** Two processes that are restarted one after the other, and clients that notice nothing of it. */
class KeyChange {
  readonly #stage: Stage;
  readonly #mode: Mode;
  readonly #keys = { former: makeKey(), current: makeKey() };
  readonly #tally = new Tally();
  readonly #unready: string[] = [];
  readonly #people: Person[] = [];
  #programs: Program[] = [];
  #isRunning = true;

  private constructor(stage: Stage, mode: Mode) {
    this.#stage = stage;
    this.#mode = mode;
  }

  static async open(stage: Stage, mode: Mode): Promise<KeyChange> {
    const change = new KeyChange(stage, mode);
    change.#programs = [
      await change.#start({ SECRET_KEY: change.#keys.former }),
      await change.#start({ SECRET_KEY: change.#keys.former }),
    ];
    await change.#prepare();
    return change;
  }

  steps(): readonly SecretKeys[] {
    const { former, current } = this.#keys;
    return [
      { SECRET_KEY: former, SECRET_KEY_NEXT: current },
      { SECRET_KEY: current, SECRET_KEY_PREVIOUS: former },
      { SECRET_KEY: current },
    ];
  }

  /** One process at a time, with clients at both sides before, between and after. */
  async restartWith(keys: SecretKeys): Promise<void> {
    for (const index of this.#programs.keys()) {
      const replacing = this.#start(keys);
      const load = this.#people.map((person, which) => this.#use(person, which));
      const started = await replacing;
      const replaced = this.#programs[index];
      const watches = [...this.#programs, started].map((program) =>
        ReadinessWatch.start(program.metricsPort, 20),
      );
      // What is sent from here on may meet either side.
      this.#programs = this.#programs.with(index, started);
      await delay(byMode(this.#mode, BESIDE_MILLISECONDS));
      this.#isRunning = false;
      await Promise.all(load);
      for (const watch of watches) {
        await watch.stop();
        this.#unready.push(...(watch.tally.countOthers(200) === 0 ? [] : [watch.tally.describe()]));
      }
      this.#isRunning = true;
      replaced?.signal('SIGTERM');
      await replaced?.exited;
    }
  }

  async judge(): Promise<Check[]> {
    const failures = this.#tally.outcomes.filter((outcome) => !isSuccess(outcome));
    const client = new ApiClient(this.#programs[0]?.port ?? 0);
    const subscriptions: string[] = [];
    const sessions: string[] = [];
    for (const person of this.#people) {
      const refreshed = await client.refresh(person.refreshToken);
      sessions.push(...(isSuccess(refreshed) ? [] : [describe(refreshed)]));
      const listed = await client.request({
        path: `/api/accounts/${person.accountId}/push-subscriptions`,
        headers: { authorization: `Bearer ${person.token}` },
      });
      const { items = [] } = isAnswer(listed)
        ? (listed.body as { items?: { endpoint: string }[] })
        : {};
      const isThere = items.some(({ endpoint }) => endpoint === endpointOf(person));
      subscriptions.push(...(isThere ? [] : [describe(listed)]));
    }
    client.close();
    return [
      checkAtLeast('requests during the change', this.#tally.outcomes.length, PEOPLE),
      listNothing('failed', failures.map(describe)),
      listNothing('looks at readiness that were not 200', this.#unready),
      listNothing('sessions lost when SECRET_KEY_PREVIOUS is gone', sessions),
      listNothing('push subscriptions lost when it is gone', subscriptions),
      checkCount('messages queued before and sent after', await this.#sendWaiting(), PEOPLE),
    ];
  }

  async #start(secretKeys: SecretKeys): Promise<Program> {
    return this.#stage.start({ role: 'all', secretKeys });
  }

  /** People with a session and a browser, and messages that cannot be sent until the end. */
  async #prepare(): Promise<void> {
    const client = new ApiClient(this.#programs[0]?.port ?? 0);
    for (let index = 0; index < PEOPLE; index += 1) {
      const person = await signUpAndLogIn(client);
      this.#people.push(person);
      assertSuccess('subscribing a browser', await subscribe(client, person));
    }
    this.#stage.email.behave('fail');
    for (const { credentials } of this.#people) {
      const requested = await client.requestPasswordReset(credentials.username);
      assertSuccess('asking for a reset', requested);
    }
    client.close();
  }

  /** Mail that was queued under the former key. */
  async #sendWaiting(): Promise<number> {
    this.#stage.email.behave('accept');
    const deliveries = this.#stage.databaseServer.database().collection('notification_deliveries');
    await deliveries.updateMany({ status: 'queued' }, { $set: { next_attempt_at: new Date() } });
    const tokens = this.#people.map(({ credentials }) =>
      readResetToken(this.#stage.email, credentials.username),
    );
    return (await Promise.allSettled(tokens)).filter(({ status }) => status === 'fulfilled').length;
  }

  /** Begins at one process and goes on at the other, by turns. */
  async #use(person: Person, which: number): Promise<void> {
    let session = person;
    for (let turn = which; this.#isRunning; turn += 1) {
      const here = this.#clientOf(turn);
      const there = this.#clientOf(turn + 1);
      const outcome = this.#note(await here.refresh(session.refreshToken));
      this.#note(await there.refresh(session.refreshToken));
      if (isSuccess(outcome)) {
        session = { ...session, ...readTokens(outcome) };
      }
      this.#note(await there.readAccount(session));
      this.#note(await there.logIn(person.credentials));
      await this.#useCode(here, there);
      here.close();
      there.close();
    }
    this.#people[which] = session;
  }

  async #useCode(here: ApiClient, there: ApiClient): Promise<void> {
    const number = makePhoneNumber();
    if (isSuccess(this.#note(await here.signUpByPhone(number)))) {
      const code = await readCode(this.#stage.sms, toE164(number));
      this.#note(await there.logInByPhone(number, code));
    }
  }

  #clientOf(turn: number): ApiClient {
    return new ApiClient(this.#programs[turn % this.#programs.length]?.port ?? 0);
  }

  #note(outcome: Outcome): Outcome {
    this.#tally.add(outcome);
    return outcome;
  }
}

function endpointOf({ accountId }: Person): string {
  return `https://push.example.com/${accountId}`;
}

function subscribe(client: ApiClient, person: Person): Promise<Outcome> {
  const browser = createECDH('prime256v1');
  browser.generateKeys();
  return client.request({
    method: 'POST',
    path: `/api/accounts/${person.accountId}/push-subscriptions`,
    headers: { authorization: `Bearer ${person.token}` },
    body: {
      endpoint: endpointOf(person),
      keys: {
        p256dh: browser.getPublicKey().toString('base64url'),
        auth: randomBytes(16).toString('base64url'),
      },
    },
  });
}

function describe(outcome: Outcome): string {
  return isAnswer(outcome) ? `${outcome.status} ${JSON.stringify(outcome.body)}` : outcome.kind;
}

function makeKey(): string {
  return randomBytes(32).toString('base64');
}
