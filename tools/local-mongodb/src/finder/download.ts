import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { type CommandResult, runCommand } from '../process/run-command.ts';
import type { MongodSearch } from './mongod-source.ts';

/** A command that downloads something into a folder. */
export interface DownloadCommand {
  /** What is downloaded and from where, for the progress lines. */
  readonly label: string;
  readonly file: string;
  readonly arguments: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Everything that it writes goes there; its growth is the progress. */
  readonly stagingDirectory: string;
}

const REPORT_EVERY = 3_000;
const MEBIBYTE = 1024 * 1024;

/**
 * Runs a download and reports its progress every three seconds.
 *
 * @throws Error when it cannot be started, takes too long in all, or stands still for too long.
 */
export async function runDownload(
  command: DownloadCommand,
  search: Pick<MongodSearch, 'limits' | 'report'>,
): Promise<CommandResult> {
  const { limits, report } = search;
  const stalled = new AbortController();
  const started = performance.now();
  let size = 0;
  let grownAt = started;
  const watch = async (): Promise<void> => {
    const sizeNow = await measure(command.stagingDirectory);
    const now = performance.now();
    if (sizeNow !== size) {
      grownAt = now;
    }
    size = sizeNow;
    if (now - grownAt > limits.stall) {
      stalled.abort(new Error(`no byte arrived for ${limits.stall} ms`));
    }
    const seconds = Math.round((now - started) / 1000);
    report(
      `downloading ${command.label} … ${seconds} s, ${Math.round(size / MEBIBYTE)} MB on disk`,
    );
  };
  report(`downloading ${command.label} …`);
  const timer = setInterval(() => void watch(), Math.min(REPORT_EVERY, limits.stall));
  try {
    return await runCommand(command.file, command.arguments, {
      environment: command.environment,
      limit: limits.download,
      signal: stalled.signal,
    });
  } finally {
    clearInterval(timer);
  }
}

async function measure(directory: string): Promise<number> {
  // Files come and go while this looks at them; what is gone has no size.
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  const sizes = entries.map(async (entry) => {
    if (!entry.isFile()) {
      return 0;
    }
    const details = await stat(join(entry.parentPath, entry.name)).catch(() => undefined);
    return details?.size ?? 0;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
