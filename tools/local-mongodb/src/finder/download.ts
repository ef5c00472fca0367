import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { runCommand, type CommandResult } from '@org/harness';

import { makeOwnedName, readOwner } from '../processes.ts';
import {
  explainMismatch,
  verifyMongod,
  type MongodSearch,
  type MongodSource,
} from './mongod-source.ts';

/** Something with a mongod in it that can be downloaded. */
export interface Download {
  readonly name: string;
  readonly version: string;
  /** What has this version, for a reason. */
  readonly subject: string;
  /** Its folder in the cache folder, and the mongod in that. */
  readonly place: { readonly folder: string; readonly binary: string };
  /**
   * Downloads it into a folder of the staging folder.
   *
   * @returns the path of the mongod; outside of the staging folder if it was there already
   */
  readonly fetch: (stagingDirectory: string, search: MongodSearch) => Promise<string>;
}

/** A command that downloads something into a folder. */
interface DownloadCommand {
  /** What and from where, for the progress lines. */
  readonly label: string;
  readonly file: string;
  readonly words: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

const REPORT_EVERY = 3_000;
const MEBIBYTE = 1024 * 1024;

/** Keeps what it downloads in the cache folder, and only a mongod that can run here. */
export function makeDownloadSource(download: Download): MongodSource {
  const { name, version, subject, place, fetch } = download;
  return {
    name,
    async find(search) {
      const { cacheDirectory } = search;
      const mismatch = explainMismatch(version, search);
      if (mismatch !== undefined) {
        return { reason: `${subject} ${mismatch}` };
      }
      try {
        return await withStagingDirectory(cacheDirectory, async (stagingDirectory) => {
          const fetched = await fetch(stagingDirectory, search);
          const outcome = await verifyMongod(fetched, name, search);
          if ('reason' in outcome || !fetched.startsWith(stagingDirectory)) {
            return outcome;
          }
          const folder = join(cacheDirectory, place.folder);
          await publish(fetched.slice(0, -place.binary.length), folder, stagingDirectory);
          return { ...outcome, path: join(folder, place.binary) };
        });
      } catch (error) {
        return { reason: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}

/**
 * Gives `work` an empty folder inside the cache folder and removes it afterwards, together with
 * those that killed programs left.
 */
export async function withStagingDirectory<Result>(
  cacheDirectory: string,
  work: (stagingDirectory: string) => Promise<Result>,
): Promise<Result> {
  await mkdir(cacheDirectory, { recursive: true });
  const names = await readdir(cacheDirectory);
  for (const name of names.filter((each) => readOwner(each)?.alive === false)) {
    await remove(join(cacheDirectory, name));
  }
  const stagingDirectory = join(cacheDirectory, makeOwnedName('staging'));
  await mkdir(stagingDirectory);
  try {
    return await work(stagingDirectory);
  } finally {
    await remove(stagingDirectory);
  }
}

/**
 * Runs a download and reports its progress, the growth of the staging folder, every three seconds.
 *
 * @throws Error if it cannot be started, takes too long in all, or stands still for too long
 */
export async function runDownload(
  { label, file, words, environment }: DownloadCommand,
  stagingDirectory: string,
  { limits, report }: MongodSearch,
): Promise<CommandResult> {
  const stalled = new AbortController();
  const started = performance.now();
  let size = 0;
  let grownAt = started;
  const watch = async (): Promise<void> => {
    const sizeNow = await measure(stagingDirectory);
    const now = performance.now();
    grownAt = sizeNow === size ? grownAt : now;
    size = sizeNow;
    if (now - grownAt > limits.stall) {
      stalled.abort(new Error(`no byte arrived for ${limits.stall} ms`));
    }
    const seconds = Math.round((now - started) / 1000);
    report(`downloading ${label} … ${seconds} s, ${Math.round(size / MEBIBYTE)} MB on disk`);
  };
  report(`downloading ${label} …`);
  const timer = setInterval(() => void watch(), Math.min(REPORT_EVERY, limits.stall));
  try {
    const options = { environment, limit: limits.download, signal: stalled.signal };
    return await runCommand(file, words, options);
  } finally {
    clearInterval(timer);
  }
}

/** Bytes. Files come and go while this looks at them; what is gone has no size. */
async function measure(directory: string): Promise<number> {
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  const sizes = names.map(async (name) => {
    const details = await stat(join(directory, name)).catch(() => undefined);
    return details?.isFile() === true ? details.size : 0;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/**
 * Puts a finished folder into its place in one step, so that no other program ever sees half of
 * it. What was there before is moved into the staging folder, and goes with it.
 */
async function publish(finished: string, place: string, stagingDirectory: string): Promise<void> {
  await rename(place, join(stagingDirectory, 'replaced')).catch(unless('ENOENT'));
  // Another program published the same thing in between: that one is as good.
  await rename(finished, place).catch(unless('ENOTEMPTY', 'EEXIST'));
}

function unless(...codes: readonly string[]): (error: NodeJS.ErrnoException) => void {
  return (error) => {
    if (!codes.includes(error.code ?? '')) {
      throw error;
    }
  };
}

async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3 });
}
