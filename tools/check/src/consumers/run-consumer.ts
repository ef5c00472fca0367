import { deepStrictEqual } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';

import { runInBackground } from '../workspace.ts';
import type { ConsumerKind } from './consumer-kinds.ts';
import { nodeOf, outsideEnvironment } from './consumer-project.ts';

export interface RunConsumerOptions {
  readonly kind: ConsumerKind;
  /** What {@link makeConsumerProject} returned. */
  readonly program: string;
  readonly mongodbUri: string;
  /** Lines that it is to print, where it ends by itself. */
  readonly output: readonly string[];
  /** What is done to it over HTTP, where it is a server. */
  readonly exercise: (address: string) => Promise<void>;
}

/** Runs the consumer against a real MongoDB; throws unless it does what it is to do. */
export async function runConsumer(options: RunConsumerOptions): Promise<void> {
  const { kind, program, mongodbUri, output } = options;
  const SECRET_KEY = randomBytes(32).toString('base64');
  const env = { ...outsideEnvironment(), MONGODB_URI: mongodbUri, SECRET_KEY };
  if (kind.isServer) {
    await runServer(options, env);
    return;
  }
  const printed = await runInBackground(nodeOf(kind), [program], { cwd: dirname(program), env });
  deepStrictEqual(printed.trim().split('\n'), output);
}

async function runServer(
  { kind, program, exercise }: RunConsumerOptions,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const server = spawn(nodeOf(kind), [program], {
    cwd: dirname(program),
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(server, 'exit');
  try {
    const firstLine = once(createInterface(server.stdout), 'line') as Promise<[string]>;
    const [address] = await Promise.race([firstLine, ended.then(endedTooSoon)]);
    await exercise(address);
  } finally {
    server.kill();
    await ended;
  }
}

function endedTooSoon(): never {
  throw new Error('The server ended before it printed its address.');
}
