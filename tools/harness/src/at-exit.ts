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
