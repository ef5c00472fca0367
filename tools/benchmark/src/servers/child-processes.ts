import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';

export interface ChildOptions {
  /** For Node. */
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  /** Takes what the child writes. */
  readonly logFile: string;
}

/** A process that has been spawned. */
export type Child = ChildProcess & { readonly pid: number };

/** Processes of Node, none of which outlives this one. */
export class ChildProcesses {
  readonly #running = new Set<Child>();

  /** Starts the Node that this process runs on. */
  async spawn(options: ChildOptions): Promise<Child> {
    const log = openSync(options.logFile, 'w');
    const child = spawn(process.execPath, options.arguments, {
      cwd: options.directory,
      env: options.environment,
      stdio: ['ignore', log, log],
    }) as Child;
    closeSync(log);
    this.#running.add(child);
    child.once('exit', () => this.#running.delete(child));
    await once(child, 'spawn');
    return child;
  }

  /** For the end of this process, where nothing can be waited for. */
  killAll(): void {
    for (const child of this.#running) {
      child.kill('SIGKILL');
    }
  }
}

export function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** Ends a child and waits until it is gone. */
export async function kill(child: ChildProcess): Promise<void> {
  if (!hasEnded(child)) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}
