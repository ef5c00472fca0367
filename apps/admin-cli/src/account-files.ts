import { createHash, type Hash } from 'node:crypto';
import { open, rename, stat, type FileHandle } from 'node:fs/promises';

import type { OperationContext } from '@org/core';

import type { CommandServices } from './command-services.ts';
import { CommandFailedError } from './errors.ts';
import { splitLines } from './ndjson.ts';
import type { Output } from './output.ts';

type Transfer = CommandServices['transfer'];

export interface ImportFileOptions {
  readonly file: string;
  /** Where refused lines are listed. */
  readonly report: string;
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

/** More than a line of an import may have. */
const MAXIMUM_LINE_BYTES = 1024 * 1024;
/** What they hold is for their owner's eyes. */
const PRIVATE = 0o600;

/** Reads a file of accounts line by line, and lists the lines that are refused in another. */
export async function importFile(
  transfer: Transfer,
  { file, report, isDryRun }: ImportFileOptions,
  output: Output,
  context: OperationContext,
): Promise<ImportCounts> {
  await using source = await openFile(file, 'r');
  await assertOther(source, report);
  await using refusals = await openFile(report, 'w');
  const { size } = await source.stat();
  const hash = createHash('sha256');
  const progress = new Progress(output);
  const counts = { lines: 0, created: 0, present: 0, refused: 0 };
  let read = 0;
  const chunks = hashed(source, hash, (bytes) => (read += bytes));
  const lines = splitLines(chunks, MAXIMUM_LINE_BYTES);
  try {
    for await (const batch of transfer.importAccounts({ lines, isDryRun }, context)) {
      counts.lines += batch.lines;
      counts.created += batch.created;
      counts.present += batch.present;
      counts.refused += batch.refused.length;
      await refusals.write(batch.refused.map((each) => `${JSON.stringify(each)}\n`).join(''));
      progress.show(`${percentOf(read, size)} ${describe(counts)}`);
    }
  } finally {
    progress.clear();
  }
  return { ...counts, sha256: hash.digest('hex') };
}

/** Writes all accounts to a file that appears once it is whole, or prints them. */
export async function exportFile(
  transfer: Transfer,
  { file, withHashes }: ExportFileOptions,
  output: Output,
  context: OperationContext,
): Promise<ExportCounts> {
  const hash = createHash('sha256');
  const progress = new Progress(output);
  let accounts = 0;
  const unfinished = `${file}.part`;
  await using target = file === undefined ? undefined : await openNew(file, unfinished);
  try {
    for await (const page of transfer.exportAccounts({ withHashes }, context)) {
      const text = page.map((line) => `${JSON.stringify(line)}\n`).join('');
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

export function describe({ lines, created, present, refused }: Omit<ImportCounts, 'sha256'>) {
  return `${lines} lines: ${created} created, ${present} there already, ${refused} refused`;
}

/** One line on a terminal, written over again and again. */
class Progress {
  readonly #output: Output;

  constructor(output: Output) {
    this.#output = output;
  }

  show(text: string): void {
    this.#write(`\r${text}\u001b[K`);
  }

  clear(): void {
    this.#write('\r\u001b[K');
  }

  #write(text: string): void {
    if (this.#output.isTerminal) {
      this.#output.writeError(text);
    }
  }
}

const BAR_WIDTH = 20;

function percentOf(part: number, whole: number): string {
  const share = whole === 0 ? 1 : Math.min(part / whole, 1);
  const bar = '#'.repeat(Math.floor(share * BAR_WIDTH)).padEnd(BAR_WIDTH, '.');
  return `[${bar}] ${Math.floor(share * 100)} %`;
}

async function* hashed(
  source: FileHandle,
  hash: Hash,
  onRead: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of source.createReadStream({ autoClose: false })) {
    const bytes = chunk as Buffer;
    hash.update(bytes);
    onRead(bytes.length);
    yield bytes;
  }
}

/** The report would overwrite the file. */
async function assertOther(source: FileHandle, report: string): Promise<void> {
  const [{ dev, ino }, other] = await Promise.all([
    source.stat(),
    stat(report).catch(() => undefined),
  ]);
  if (other?.dev === dev && other.ino === ino) {
    throw new CommandFailedError('The report of refused lines cannot be the file itself.');
  }
}

async function openNew(file: string, unfinished: string): Promise<FileHandle> {
  if ((await stat(file).catch(() => undefined)) !== undefined) {
    throw new CommandFailedError(`There is a file ${file} already.`);
  }
  return openFile(unfinished, 'w');
}

async function openFile(file: string, flags: 'r' | 'w'): Promise<FileHandle> {
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
