import { median, quantile, readProcessorSeconds } from '@org/harness';

/** Times of the answers to a load, in milliseconds, and how long it went on. */
export interface Answers {
  readonly milliseconds: readonly number[];
  readonly seconds: number;
}

/** When a load ends: after some time, or after so many requests or steps. */
export type Extent = { readonly seconds: number } | { readonly count: number };

export type LoadResult = Readonly<Awaited<ReturnType<typeof measureLoad>>>;

/**
 * Puts a load on a server and tells what it took.
 *
 * @param processes their ids, whose processor time is read
 */
export async function measureLoad(
  { server, mongod }: { readonly server: number; readonly mongod: number },
  load: () => Promise<Answers>,
) {
  const before = [server, mongod].map(readProcessorSeconds);
  const { milliseconds, seconds } = await load();
  const [serverSeconds = 0, mongodSeconds = 0] = [server, mongod].map(
    (pid, index) => readProcessorSeconds(pid) - (before[index] ?? 0),
  );
  return {
    /** Processor time of the server for an answer, all its threads. */
    processorMilliseconds: (serverSeconds * 1_000) / milliseconds.length,
    /** The same of mongod. */
    mongodMilliseconds: (mongodSeconds * 1_000) / milliseconds.length,
    medianMilliseconds: median(milliseconds),
    p95Milliseconds: quantile(milliseconds, 0.95),
    p99Milliseconds: quantile(milliseconds, 0.99),
    answersPerSecond: milliseconds.length / seconds,
  };
}
