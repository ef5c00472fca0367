import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';

import { atExit } from './at-exit.ts';

export interface NodeProcessOptions {
  /** For Node. */
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  /** What the process writes is added to it. */
  readonly logFile: string;
}

/** How a process ended: exactly one of the two is not null. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process of the Node that this one runs on. */
export class NodeProcess {
  readonly #child: ChildProcess;
  /** Resolves when the process is gone. */
  readonly exited: Promise<Exit>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    child.once(
      'exit',
      atExit(() => child.kill('SIGKILL')),
    );
  }

  static async spawn(options: NodeProcessOptions): Promise<NodeProcess> {
    const log = openSync(options.logFile, 'a');
    try {
      const child = spawn(process.execPath, options.arguments, {
        cwd: options.directory,
        env: options.environment,
        stdio: ['ignore', log, log],
      });
      const started = new NodeProcess(child);
      await once(child, 'spawn');
      return started;
    } finally {
      closeSync(log);
    }
  }

  /** @throws TypeError before it was spawned */
  get pid(): number {
    if (this.#child.pid === undefined) {
      throw new TypeError('The process was not spawned.');
    }
    return this.#child.pid;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends it at once, as a crash or the system would, and waits until it is gone. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.exited;
  }
}
