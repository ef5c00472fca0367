import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { inject, onTestFinished } from 'vitest';

/** A running `run-mongod.ts`. */
export interface Program {
  readonly child: ChildProcess;
  /** What it printed. */
  readonly mongod: { readonly pid: number; readonly port: number; readonly dataDirectory?: string };
  /** Kills it as `kill -9` does, and waits until it is gone. */
  kill(): Promise<void>;
}

/**
 * Starts a program that runs a mongod, and waits until that takes writes.
 *
 * @param manner `stay`, `stop`, `throwaway` or `throwaway-exit`.
 */
export async function startProgram(directory: string, manner: string): Promise<Program> {
  const child = spawn(
    process.execPath,
    [
      '--conditions=@org/source',
      join(import.meta.dirname, 'run-mongod.ts'),
      inject('realMongod'),
      directory,
      manner,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return {
    child,
    mongod: JSON.parse(line) as Program['mongod'],
    kill: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
