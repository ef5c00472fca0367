import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { readTellingLines } from '../src/mongod-process.ts';
import { makeTemporaryDirectory } from './temporary-directory.ts';

async function read(...lines: readonly string[]): Promise<string[]> {
  const file = join(await makeTemporaryDirectory(), 'mongod.log');
  await writeFile(file, lines.map((line) => `${line}\n`).join(''));
  return readTellingLines(file);
}

const INFORMATION = '{"s":"I","msg":"Now exiting"}';

describe(readTellingLines, () => {
  it('picks the errors out of what came before and after', async () => {
    const error = '{"s":"E","msg":"WiredTiger error","attr":{"error":28}}';
    await expect(read(INFORMATION, error, INFORMATION)).resolves.toEqual([
      'WiredTiger error {"error":28}',
    ]);
  });

  it('picks what is not written by the log itself', async () => {
    await expect(read(INFORMATION, 'mongod: symbol lookup error')).resolves.toEqual([
      'mongod: symbol lookup error',
    ]);
  });

  it('gives the last lines when none is an error', async () => {
    const lines = Array.from({ length: 20 }, (_, index) => `{"s":"I","msg":"line ${index}"}`);
    const told = await read(...lines);
    expect(told).toHaveLength(8);
    expect(told.at(-1)).toBe('line 19');
  });

  it('gives nothing when there is no log', async () => {
    await expect(readTellingLines('/no/such/log')).resolves.toEqual([]);
  });
});
