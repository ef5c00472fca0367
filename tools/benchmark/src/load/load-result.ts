import { median, quantile, readProcessorSeconds } from '@org/harness';

/** Times of the answers to a load, in milliseconds, and how long it went on. */
export interface Answers {
  readonly milliseconds: readonly number[];
  readonly seconds: number;
}

/** When a load ends: after some time, or after so many requests or steps. */
export type Extent = { readonly seconds: number } | { readonly count: number };

/** What a server did under load. */
export interface LoadResult {
  /** Processor time of the server for an answer, all its threads. */
  readonly processorMilliseconds: number;
  /** The same of mongod. */
  readonly mongodMilliseconds: number;
  readonly medianMilliseconds: number;
  readonly p95Milliseconds: number;
  readonly p99Milliseconds: number;
  readonly answersPerSecond: number;
}

/** Ids of the processes whose processor time is read. */
export interface WatchedProcesses {
  readonly server: number;
  readonly mongod: number;
}

/** Puts a load on a server and tells what it took. */
export async function measureLoad(
  { server, mongod }: WatchedProcesses,
  load: () => Promise<Answers>,
): Promise<LoadResult> {
  const before = [server, mongod].map(readProcessorSeconds);
  const { milliseconds, seconds } = await load();
  const [serverSeconds = 0, mongodSeconds = 0] = [server, mongod].map(
    (pid, index) => readProcessorSeconds(pid) - (before[index] ?? 0),
  );
  return {
    processorMilliseconds: (serverSeconds * 1_000) / milliseconds.length,
    mongodMilliseconds: (mongodSeconds * 1_000) / milliseconds.length,
    medianMilliseconds: median(milliseconds),
    p95Milliseconds: quantile(milliseconds, 0.95),
    p99Milliseconds: quantile(milliseconds, 0.99),
    answersPerSecond: milliseconds.length / seconds,
  };
}
