import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const works = new Set<() => void>();

process.once('exit', () => {
  for (const work of works) {
    try {
      work();
    } catch {
      // Such as a folder that somebody still writes to: the others are to be ended all the same.
    }
  }
});

/** Runs something when this process ends, where nothing can be waited for; returns an undo. */
export function atExit(work: () => void): () => void {
  works.add(work);
  return () => works.delete(work);
}

/** Signals a process, which may just have ended by itself. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
      throw error;
    }
  }
}

/** An empty folder, removed when this process ends at the latest. */
export class TemporaryDirectory {
  readonly path: string;

  constructor(prefix: string) {
    this.path = mkdtempSync(join(tmpdir(), `${prefix}-`));
    atExit(() => this.remove());
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 10 });
  }
}
