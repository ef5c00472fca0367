import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { inject, onTestFinished } from 'vitest';

export type WorkerManner = 'hanging' | 'finishing';

/** A running `run-worker.ts`. */
export interface WorkerProgram {
  /** Waits until it printed this line that many times. */
  printed(line: string, times: number): Promise<void>;
  /** Kills it as `kill -9` does, and waits until it is gone. */
  kill(): Promise<void>;
}

export function startWorkerProgram(databaseName: string, manner: WorkerManner): WorkerProgram {
  const program = join(import.meta.dirname, 'run-worker.ts');
  const child = spawn(
    process.execPath,
    ['--conditions=@org/source', program, inject('mongodbUri'), databaseName, manner],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const output = createInterface(child.stdout);
  const counts = new Map<string, number>();
  output.on('line', (line) => counts.set(line, (counts.get(line) ?? 0) + 1));
  return {
    printed: async (line, times) => {
      while ((counts.get(line) ?? 0) < times) {
        await once(output, 'line');
      }
    },
    kill: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
