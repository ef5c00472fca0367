import { createHash, type Hash } from 'node:crypto';
import { fstatSync } from 'node:fs';
import { open, rename, stat, unlink, type FileHandle } from 'node:fs/promises';

import type { ImportedBatch } from '@org/account';
import type { OperationContext } from '@org/core';

import type { CommandServices } from './command-services.ts';
import { CommandFailedError } from './errors.ts';
import { splitLines } from './ndjson.ts';
import type { Streams } from './operator.ts';
import { toPrintableJson, type Output } from './output.ts';
import { percentOf, TransferProgress } from './transfer-progress.ts';

type Transfer = CommandServices['transfer'];

export interface ImportFileOptions {
  /** `-`: standard input. */
  readonly file: string;
  /** Where refused lines are listed, in place of what is there. Default: a new file beside `file`. */
  readonly report: string | undefined;
  readonly isDryRun: boolean;
}

export interface ExportFileOptions {
  /** Default: it is printed. */
  readonly file: string | undefined;
  readonly withHashes: boolean;
}

/** What may be recorded of a transfer: it names nobody. */
export interface TransferCounts {
  /** Of the file, in hex. */
  readonly sha256: string;
}

export interface ImportCounts extends TransferCounts {
  readonly lines: number;
  readonly created: number;
  readonly present: number;
  readonly refused: number;
}

export interface ExportCounts extends TransferCounts {
  readonly accounts: number;
}

/** In place of the name of a file. */
export const STANDARD_INPUT = '-';
/** More than a line of an import may have. */
const MAXIMUM_LINE_BYTES = 1024 * 1024;
/** What they hold is for their owner's eyes. */
const PRIVATE = 0o600;

/**
 * Reads a file of accounts line by line, and lists the lines that are refused in another.
 *
 * @returns also the path of that list, if there is one
 */
export async function importFile(
  transfer: Transfer,
  { file, report, isDryRun }: ImportFileOptions,
  { input, output }: Streams,
  context: OperationContext,
): Promise<ImportCounts & { readonly report: string | undefined }> {
  await using source = await openSource(file, input);
  const { path, handle } = await openReport(file, report, source.status);
  await using refusals = handle;
  const hash = createHash('sha256');
  const progress = new TransferProgress(output);
  const counts = { lines: 0, created: 0, present: 0, refused: 0 };
  let read = 0;
  const chunks = hashed(source.read(), hash, (bytes) => (read += bytes));
  const lines = splitLines(chunks, MAXIMUM_LINE_BYTES);
  try {
    for await (const batch of transfer.importAccounts({ lines, isDryRun }, context)) {
      addTo(counts, batch);
      await refusals.write(batch.refused.map((each) => `${JSON.stringify(each)}\n`).join(''));
      const share = source.size === undefined ? '' : `${percentOf(read, source.size)} `;
      progress.show(share + describe(counts));
    }
  } finally {
    progress.clear();
    if (report === undefined && counts.refused === 0) {
      await unlink(path);
    }
  }
  const sha256 = hash.digest('hex');
  return { ...counts, sha256, report: counts.refused === 0 ? undefined : path };
}

/** Writes all accounts to a file that appears once it is whole, or prints them. */
export async function exportFile(
  transfer: Transfer,
  { file, withHashes }: ExportFileOptions,
  output: Output,
  context: OperationContext,
): Promise<ExportCounts> {
  const hash = createHash('sha256');
  const progress = new TransferProgress(output);
  let accounts = 0;
  const unfinished = `${file}.part`;
  await using target = file === undefined ? undefined : await openNew(file, unfinished);
  try {
    for await (const page of transfer.exportAccounts({ withHashes }, context)) {
      const text = page.map((line) => `${toPrintableJson(line)}\n`).join('');
      hash.update(text);
      accounts += page.length;
      if (target === undefined) {
        output.write(text);
        await output.drain();
      } else {
        await target.writeFile(text);
        progress.show(`${accounts} accounts`);
      }
    }
  } finally {
    progress.clear();
  }
  if (file !== undefined) {
    await target?.sync();
    await rename(unfinished, file);
  }
  return { accounts, sha256: hash.digest('hex') };
}

function addTo(
  counts: { lines: number; created: number; present: number; refused: number },
  batch: ImportedBatch,
): void {
  counts.lines += batch.lines;
  counts.created += batch.created;
  counts.present += batch.present;
  counts.refused += batch.refused.length;
}

export function describe({ lines, created, present, refused }: Omit<ImportCounts, 'sha256'>) {
  return `${lines} lines: ${created} created, ${present} there already, ${refused} refused`;
}

async function* hashed(
  chunks: AsyncIterable<Uint8Array>,
  hash: Hash,
  onRead: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const bytes of chunks) {
    hash.update(bytes);
    onRead(bytes.length);
    yield bytes;
  }
}

async function openSource(file: string, input: Streams['input']) {
  if (file === STANDARD_INPUT) {
    const nothing = async () => undefined;
    return { status: fstatSync(0), read: () => input, [Symbol.asyncDispose]: nothing };
  }
  const handle = await openFile(file, 'r');
  const status = await handle.stat();
  return {
    status,
    size: status.size,
    read: () => handle.createReadStream({ autoClose: false }),
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

/** The named report, or else the first of its names beside the file that no earlier report has. */
async function openReport(
  file: string,
  report: string | undefined,
  source: { readonly dev: number; readonly ino: number },
): Promise<{ readonly path: string; readonly handle: FileHandle }> {
  if (report !== undefined) {
    const other = await stat(report).catch(() => undefined);
    if (other?.dev === source.dev && other.ino === source.ino) {
      throw new CommandFailedError('The report of refused lines cannot be the file itself.');
    }
    return { path: report, handle: await openFile(report, 'w') };
  }
  let path = `${file}.refused.ndjson`;
  for (let number = 2; (await stat(path).catch(() => undefined)) !== undefined; number += 1) {
    path = `${file}.refused-${number}.ndjson`;
  }
  return { path, handle: await openFile(path, 'wx') };
}

async function openNew(file: string, unfinished: string): Promise<FileHandle> {
  if ((await stat(file).catch(() => undefined)) !== undefined) {
    throw new CommandFailedError(`There is a file ${file} already.`);
  }
  return openFile(unfinished, 'w');
}

async function openFile(file: string, flags: 'r' | 'w' | 'wx'): Promise<FileHandle> {
  try {
    return await open(file, flags, PRIVATE);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandFailedError(
      `Cannot ${flags === 'r' ? 'read' : 'write'} ${file}: ${code}`,
      error,
    );
  }
}
