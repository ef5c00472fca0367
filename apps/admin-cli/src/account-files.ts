import { createHash } from 'node:crypto';
import { fstatSync } from 'node:fs';
import { addAbortSignal, type Readable } from 'node:stream';

import type { ImportedBatch } from '@org/account';
import type { OperationContext } from '@org/core';

import { BatchPatience } from './batch-patience.ts';
import type { CommandServices } from './command-services.ts';
import { splitLines } from './ndjson.ts';
import type { Streams } from './operator.ts';
import { toPrintableJson } from './output.ts';
import { openFile, UnfinishedFile } from './private-file.ts';
import { RefusalReport } from './refusal-report.ts';
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

interface Source {
  /** Undefined: not known before it is read. */
  readonly size?: number;
  readonly read: () => Readable;
}

/** In place of the name of a file: standard input, or standard output. */
export const STANDARD_STREAM = '-';
/** More than a line of an import may have. */
const MAXIMUM_LINE_BYTES = 1024 * 1024;

/**
 * Reads a file of accounts line by line, and lists the lines that are refused in another. An
 * interruption ends the reading: what is being stored then is stored.
 *
 * @returns also the path of that list, if there is one
 */
export async function importFile(
  transfer: Transfer,
  { file, report, isDryRun }: ImportFileOptions,
  { input, output, catchInterruption }: Streams,
  context: OperationContext,
): Promise<ImportCounts & { readonly report: string | undefined }> {
  await using source = await openSource(file, input);
  await using refusals = await RefusalReport.open(file, report, source.status);
  const stopped = catchInterruption();
  const progress = new TransferProgress(output);
  const patience = new BatchPatience(progress, stopped);
  const counts = { lines: 0, created: 0, present: 0, refused: 0 };
  const { lines, share, digest } = readLines(source, stopped);
  const given = { lines, isDryRun, beforeRetry: patience.wait };
  try {
    for await (const batch of transfer.importAccounts(given, context)) {
      patience.renew();
      addTo(counts, batch);
      await refusals.add(batch.refused);
      progress.show(share() + describe(counts));
    }
  } finally {
    progress.clear();
  }
  return { ...counts, sha256: digest(), report: counts.refused === 0 ? undefined : refusals.path };
}

/** Writes all accounts to a file that appears once it is whole, or prints them. */
export async function exportFile(
  transfer: Transfer,
  { file, withHashes }: ExportFileOptions,
  { output, catchInterruption }: Streams,
  context: OperationContext,
): Promise<ExportCounts> {
  const hash = createHash('sha256');
  const progress = new TransferProgress(output);
  let accounts = 0;
  await using target = file === undefined ? undefined : await UnfinishedFile.create(file);
  const stopped = target && catchInterruption();
  try {
    for await (const page of transfer.exportAccounts({ withHashes }, context)) {
      stopped?.throwIfAborted();
      const text = page.map((line) => `${toPrintableJson(line)}\n`).join('');
      hash.update(text);
      accounts += page.length;
      if (target === undefined) {
        output.write(text);
        await output.drain();
      } else {
        await target.write(text);
        progress.show(`${accounts} accounts`);
      }
    }
  } finally {
    progress.clear();
  }
  await target?.finish();
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

/** @returns the lines, and of what is read of them by now: how much it is, and its hash */
function readLines({ size, read }: Source, stopped: AbortSignal) {
  const hash = createHash('sha256');
  let count = 0;
  const chunks = watched(addAbortSignal(stopped, read()), (bytes) => {
    hash.update(bytes);
    count += bytes.length;
  });
  return {
    lines: splitLines(chunks, MAXIMUM_LINE_BYTES),
    share: () => (size === undefined ? '' : `${percentOf(count, size)} `),
    digest: () => hash.digest('hex'),
  };
}

async function* watched(
  chunks: AsyncIterable<Uint8Array>,
  onRead: (bytes: Uint8Array) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const bytes of chunks) {
    onRead(bytes);
    yield bytes;
  }
}

async function openSource(file: string, input: Streams['input']) {
  if (file === STANDARD_STREAM) {
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
