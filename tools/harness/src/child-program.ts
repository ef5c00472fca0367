import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';

import { atExit, signalProcess } from './at-exit.ts';
import { ProgramFailedError } from './run-command.ts';
import { pollUntil } from './wait-until.ts';

export interface ChildOptions {
  /** Default: the Node that this process runs on. */
  readonly command?: string;
  readonly arguments: readonly string[];
  /** All that it has of an environment. */
  readonly environment: NodeJS.ProcessEnv;
  readonly directory: string;
  /** What it writes is added to this file. Default: it is kept in memory. */
  readonly logFile?: string;
  /** Whether it writes where this process does, instead. Default: false. */
  readonly inheritsOutput?: boolean;
  /** Whether it leads a process group of its own. Default: false. */
  readonly leadsGroup?: boolean;
}

/** A process that does not outlive this one. */
export class ChildProgram {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #logFile: string | undefined;
  readonly #exited: Promise<number | null>;
  #written = '';

  constructor(options: ChildOptions) {
    const { command = process.execPath, logFile, inheritsOutput = false } = options;
    const shared = inheritsOutput ? 'inherit' : 'pipe';
    const log = logFile === undefined ? shared : openSync(logFile, 'a');
    const isLeader = options.leadsGroup ?? false;
    this.#child = spawn(command, options.arguments, {
      cwd: options.directory,
      env: options.environment,
      stdio: ['ignore', log, log],
      detached: isLeader,
    });
    if (typeof log === 'number') {
      closeSync(log);
    }
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#written += text));
    }
    this.pid = this.#child.pid ?? Number.NaN;
    this.#logFile = logFile;
    this.#exited = once(this.#child, 'exit').then(([code]) => code as number | null);
    const forget = atExit(() => (isLeader ? this.signalGroup('SIGKILL') : this.signal('SIGKILL')));
    this.#exited.then(forget, forget);
  }

  /** All that it has written; in a log file, also what others wrote to it before. */
  get output(): string {
    return this.#logFile === undefined ? this.#written : readFileSync(this.#logFile, 'utf8');
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Its exit code once it has ended; null if a signal ended it. */
  exited(): Promise<number | null> {
    return this.#exited;
  }

  /** @throws ProgramFailedError unless it ends with exit code 0 */
  async succeeded(): Promise<void> {
    if ((await this.#exited) !== 0) {
      throw this.failure(`${this.#child.spawnargs.join(' ')} failed.`);
    }
  }

  /** What the pattern's group captures, once printed. @throws ProgramFailedError if it ends instead */
  async printed(pattern: RegExp): Promise<string> {
    const match = await pollUntil(() => {
      const hasEnded = this.hasEnded;
      const found = pattern.exec(this.output);
      if (found === null && hasEnded) {
        throw this.failure(`The program ended before it printed ${String(pattern)}.`);
      }
      return found ?? undefined;
    }, Infinity);
    return match?.[1] ?? match?.[0] ?? '';
  }

  failure(problem: string): ProgramFailedError {
    return new ProgramFailedError(problem, this.output);
  }

  /** Reads no more of what it writes, as a log shipper that died: its writes fail. */
  closeOutput(): void {
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Signals all that is left of its process group, as Ctrl-C in a terminal does. */
  signalGroup(signal: NodeJS.Signals): void {
    signalProcess(-this.pid, signal);
  }

  /** Lets it end by itself on SIGTERM, and waits until it is gone. */
  async stop(): Promise<void> {
    this.signal('SIGTERM');
    await this.#exited;
  }

  /** Ends it at once, as a crash would, and waits until it is gone. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.#exited;
  }
}
