import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { inject } from 'vitest';

const workspaceRoot = join(import.meta.dirname, '../../..');
const ADDRESS = /The API is ready at (\S+)/;

const NODE_ARGUMENTS = ['--import', './tools/setup/preflight.js', '--conditions=@org/source'];

/** Throttles have tests of their own; everything else is asked as often as a test likes. */
const DEFAULTS = { HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'warn', RATE_LIMITS: 'off' };

export type ProgramEnvironment = Readonly<Record<string, string>>;

/** The program as its own process, as a user starts it. */
export class Program {
  readonly process: ChildProcess & { readonly pid: number };
  /** All that it has printed so far. */
  output = '';
  readonly #exit: Promise<number | null>;

  private constructor(process: ChildProcess) {
    this.process = process as ChildProcess & { readonly pid: number };
    this.#exit = once(process, 'exit').then(([code]) => code as number | null);
    for (const stream of [process.stdout, process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
  }

  /** Runs the program on Node itself. */
  static run(environment: ProgramEnvironment): Program {
    return Program.#spawn(
      process.execPath,
      [...NODE_ARGUMENTS, 'apps/api/src/main.ts'],
      environment,
    );
  }

  /** Runs `npm start`, in a process group of its own as a terminal does. */
  static runByNpm(environment: ProgramEnvironment): Program {
    return Program.#spawn('npm', ['start'], environment);
  }

  static #spawn(
    command: string,
    words: readonly string[],
    environment: ProgramEnvironment,
  ): Program {
    const { PATH, HOME } = process.env;
    return new Program(
      spawn(command, words, {
        cwd: workspaceRoot,
        env: { PATH, HOME, ...DEFAULTS, ...environment },
        detached: true,
      }),
    );
  }

  /** Resolves with its address; rejects with its output when it ends instead. */
  async ready(): Promise<string> {
    return this.printed(ADDRESS);
  }

  /** Resolves with what the pattern's group captured once the program has printed it. */
  async printed(pattern: RegExp): Promise<string> {
    for (;;) {
      const match = pattern.exec(this.output);
      if (match !== null) {
        return match[1] ?? match[0];
      }
      if (this.#hasEnded()) {
        throw new Error(`The program ended before it printed ${String(pattern)}:\n${this.output}`);
      }
      await delay(20);
    }
  }

  /** Signals the process itself. */
  signal(signal: NodeJS.Signals): void {
    process.kill(this.process.pid, signal);
  }

  /** Signals the whole process group, as Ctrl-C in a terminal does. */
  signalGroup(signal: NodeJS.Signals): void {
    process.kill(-this.process.pid, signal);
  }

  /** Its exit code once it has ended. */
  async exited(): Promise<number | null> {
    return this.#exit;
  }

  async stop(): Promise<void> {
    if (!this.#hasEnded()) {
      this.signal('SIGTERM');
    }
    await this.#exit;
  }

  #hasEnded(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }
}

/** Settings for a program on the shared test server, with a database of its own. */
export function onThrowawayDatabase(): ProgramEnvironment & { readonly MONGODB_URI: string } {
  const uri = new URL(inject('mongodbUri'));
  uri.pathname = `/test-${randomUUID()}`;
  return { MONGODB_URI: uri.href, SECRET_KEY: randomBytes(32).toString('base64') };
}

/** A server that only holds a port. */
export async function listenAnywhere(): Promise<{ server: Server; port: number }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

/** A port that nothing listens on at the moment. */
export async function findFreePort(): Promise<number> {
  const { server, port } = await listenAnywhere();
  server.close();
  return port;
}
