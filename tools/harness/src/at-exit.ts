const works = new Set<() => void>();

process.once('exit', () => works.forEach((work) => work()));

/**
 * Runs something when this process ends, where nothing can be waited for.
 *
 * @returns takes it back
 */
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
