import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ServiceUnavailableError } from '@org/core';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';

import { InterruptedError } from '../src/interruption.ts';
import { splitLines } from '../src/ndjson.ts';
import { openDesk, REASON } from './operator-desk.ts';

const refusal = { line: 2, code: 'not-json', reason: 'is not a JSON object' } as const;
const counts = { lines: 3, created: 1, present: 1, refused: 1 };
const desk = await openDesk();
let directory: string;
let file: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'org-admin-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  file = join(directory, 'accounts.ndjson');
});

const sha256Of = (text: string) => createHash('sha256').update(text).digest('hex');
const parametersOf = async () => {
  const records = await desk.recorded();
  return records.at(-1)?.['changes'].parameters.new;
};
const outcomesOf = async () => (await desk.recorded()).map(({ outcome }) => outcome);

/** Takes each line, as the service does. */
function importAll(taken: string[] = []) {
  desk.transfer.importAccounts.mockImplementation(async function* ({ lines }) {
    for await (const line of lines) {
      taken.push(Buffer.from(line).toString());
    }
    yield { ...counts, refused: [refusal] };
  });
  return taken;
}

describe('org-admin accounts import', () => {
  const text = 'ada\ngrace\r\n\nédith';

  it('gives the service each line, and lists those that are refused', async () => {
    await writeFile(file, text);
    const taken = importAll();

    const { exitCode, output, errors } = await desk.run('accounts', 'import', file);

    const report = `${file}.refused.ndjson`;
    expect([exitCode, errors]).toEqual([3, '']);
    expect(output).toBe(`3 lines: 1 created, 1 there already, 1 refused; see ${report}.\n`);
    expect(taken).toEqual(['ada', 'grace\r', '', 'édith']);
    expect(await readFile(report, 'utf8')).toBe(`${JSON.stringify(refusal)}\n`);
    expect((await stat(report)).mode & 0o777).toBe(0o600);
  });

  it('records that it begins, and then counts and hash of the file, and no name', async () => {
    await writeFile(file, text);
    importAll();

    await desk.run('accounts', 'import', file);

    const records = await desk.recorded();
    const parameters = { dryRun: false, ...counts, sha256: sha256Of(text) };
    const run = { action: 'authz_admin', resource_type: 'accounts', outcome: 'success' };
    const reason = { new: REASON };
    expect(records).toMatchObject([
      { ...run, changes: { parameters: { new: { dryRun: false, stage: 'begun' } }, reason } },
      { ...run, changes: { parameters: { new: parameters }, reason } },
    ]);
    expect(JSON.stringify(records)).not.toContain(directory);
  });

  it('needs a reason and a file, and stores nothing in a dry run', async () => {
    await writeFile(file, text);
    importAll();

    expect(await desk.runAsGiven('accounts', 'import', file)).toMatchObject({ exitCode: 2 });
    const { errors, exitCode } = await desk.run('accounts', 'import', `${file}x`);
    expect([exitCode, errors]).toEqual([1, `Cannot read ${file}x: ENOENT\n`]);
    await desk.records().deleteMany({});
    const { output } = await desk.run('accounts', 'import', file, '--dry-run');
    expect(output).toMatch(/^Nothing is stored. It would be 3 lines/);
    expect(desk.transfer.importAccounts).toHaveBeenLastCalledWith(
      expect.objectContaining({ isDryRun: true }),
      expect.objectContaining({ actor: { type: 'worker', id: 'org-admin' } }),
    );
    expect(await parametersOf()).toMatchObject({ dryRun: true, created: 1 });
  });

  it('ends with 0 and leaves no report if no line is refused', async () => {
    await writeFile(file, text);
    desk.transfer.importAccounts.mockImplementation(async function* () {
      yield { ...counts, refused: [] };
    });

    expect(await desk.run('accounts', 'import', file)).toMatchObject({ exitCode: 0 });
    expect(await readdir(directory)).toEqual(['accounts.ndjson']);
  });

  it('keeps earlier reports: the next has a number, and a named one is replaced', async () => {
    await writeFile(file, text);
    await writeFile(`${file}.refused.ndjson`, 'earlier');
    await writeFile(`${file}.refused-2.ndjson`, 'later');
    importAll();

    const { report } = await desk.runForJson('accounts', 'import', file);

    expect(report).toBe(`${file}.refused-3.ndjson`);
    expect(await readFile(`${file}.refused.ndjson`, 'utf8')).toBe('earlier');
    await desk.run('accounts', 'import', file, '--report', `${file}.refused.ndjson`);
    expect(await readFile(report, 'utf8')).toBe(`${JSON.stringify(refusal)}\n`);
    expect(await readFile(`${file}.refused.ndjson`, 'utf8')).toBe(await readFile(report, 'utf8'));
  });

  it('reads the standard input, if it knows where to list refused lines', async () => {
    desk.input = text;
    desk.isTerminal = true;
    const taken = importAll();
    const report = join(directory, 'refused');

    const refused = await desk.run('accounts', 'import', '-');
    expect(refused).toMatchObject({ exitCode: 2, errors: expect.stringContaining('--report') });
    const { exitCode, errors } = await desk.run('accounts', 'import', '-', '--report', report);

    expect(exitCode).toBe(3);
    expect(taken).toEqual(['ada', 'grace\r', '', 'édith']);
    expect(errors).toMatch(/^\r3 lines/);
    expect(await readFile(report, 'utf8')).toBe(`${JSON.stringify(refusal)}\n`);
    expect(await parametersOf()).toMatchObject({ sha256: sha256Of(text) });
  });

  it('does not write the report over the file', async () => {
    await writeFile(file, text);

    const { exitCode } = await desk.run('accounts', 'import', file, '--report', file);

    expect(exitCode).toBe(1);
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  it('records a failure as one', async () => {
    await writeFile(file, text);
    desk.transfer.importAccounts.mockImplementation(async function* () {
      yield { ...counts, refused: [] };
      throw new Error('The database is gone.');
    });

    expect(await desk.run('accounts', 'import', file)).toMatchObject({
      ...{ exitCode: 1, errors: 'The database is gone.\n' },
    });
    expect(await outcomesOf()).toEqual(['success', 'failure']);
  });

  it('stores the batch in hand when it is interrupted, and leaves no empty report', async () => {
    let bytes = 0;
    desk.transfer.importAccounts.mockImplementation(async function* ({ lines }) {
      for await (const { length } of lines) {
        desk.interruption.abort(new InterruptedError('SIGINT'));
        await new Promise(setImmediate);
        bytes += length + 1;
        yield { ...counts, refused: [] };
      }
    });
    const all = `${text}\n`.repeat(10_000);
    await writeFile(file, all);

    const { exitCode, errors } = await desk.run('accounts', 'import', file);

    expect([exitCode, errors]).toEqual([130, 'Interrupted.\n']);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(all.length / 2);
    expect(await readdir(directory)).toEqual(['accounts.ndjson']);
    expect(await outcomesOf()).toEqual(['success', 'failure']);
  });

  it('waits for a database that takes no batch, and says so once', async () => {
    await writeFile(file, text);
    desk.transfer.importAccounts.mockImplementation(async function* ({ beforeRetry }) {
      await beforeRetry?.(new ServiceUnavailableError());
      await beforeRetry?.(new ServiceUnavailableError());
      yield { ...counts, refused: [] };
    });

    const { exitCode, errors } = await desk.run('accounts', 'import', file);

    expect(exitCode).toBe(0);
    expect(errors).toMatch(/^The database is unavailable, .* Waiting for up to two minutes\.\n$/);
  });

  it('waits for two minutes at most, for each batch', async () => {
    await writeFile(file, text);
    const tooLate = new ServiceUnavailableError();
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    desk.transfer.importAccounts.mockImplementation(async function* ({ beforeRetry }) {
      await beforeRetry?.(new ServiceUnavailableError());
      yield { ...counts, refused: [] };
      now = 119_999;
      await beforeRetry?.(new ServiceUnavailableError());
      now += 119_999;
      await beforeRetry?.(new ServiceUnavailableError());
      now += 1;
      await beforeRetry?.(tooLate);
    });

    const { exitCode, errors } = await desk.run('accounts', 'import', file);

    vi.restoreAllMocks();
    expect([exitCode, errors.split('\n').at(-2)]).toEqual([1, tooLate.message]);
  });

  it('ends when it is interrupted while it waits', async () => {
    await writeFile(file, text);
    desk.transfer.importAccounts.mockImplementation(async function* ({ beforeRetry }) {
      desk.interruption.abort(new InterruptedError('SIGTERM'));
      await beforeRetry?.(new ServiceUnavailableError());
      yield { ...counts, refused: [] };
    });

    expect(await desk.run('accounts', 'import', file)).toMatchObject({ exitCode: 143 });
  });

  it('shows progress on a terminal alone, and clears it', async () => {
    await writeFile(file, text);
    importAll();
    desk.isTerminal = true;

    const { errors } = await desk.run('accounts', 'import', file);

    expect(errors).toBe(
      `\r[${'#'.repeat(20)}] 100 % 3 lines: 1 created, 1 there already, 1 refused\u001b[K\r\u001b[K`,
    );
  });
});

describe('org-admin accounts export', () => {
  const exported = '{"username":"ada"}\n{"username":"b"}\n{"username":"c"}\n';

  beforeEach(() => {
    desk.transfer.exportAccounts.mockImplementation(async function* () {
      yield [{ username: 'ada' }, { username: 'b' }];
      yield [{ username: 'c' }];
    });
  });

  it('writes a private file, and records its hash', async () => {
    const { output } = await desk.run('accounts', 'export', file, '--with-hashes');

    expect(output).toBe('3 accounts are exported.\n');
    expect(await readFile(file, 'utf8')).toBe(exported);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(directory)).toEqual(['accounts.ndjson']);
    expect(await parametersOf()).toEqual({
      ...{ contents: 'with hashes', accounts: 3, sha256: sha256Of(exported) },
    });
    expect(desk.transfer.exportAccounts).toHaveBeenCalledWith(
      { withHashes: true },
      expect.anything(),
    );
  });

  it('prints the lines alone without a file, and no hashes unless asked', async () => {
    expect(await desk.run('accounts', 'export', '-')).toMatchObject({ output: exported });
    expect(await desk.run('accounts', 'export')).toEqual({
      ...{ exitCode: 0, output: exported, errors: '3 accounts are exported.\n' },
    });
    expect(desk.transfer.exportAccounts).toHaveBeenCalledWith(
      { withHashes: false },
      expect.anything(),
    );
  });

  it('needs a reason, and writes over nothing', async () => {
    await writeFile(file, 'kept');

    expect(await desk.runAsGiven('accounts', 'export', file)).toMatchObject({ exitCode: 2 });
    expect(await desk.run('accounts', 'export', file)).toMatchObject({ exitCode: 1 });
    expect(await readFile(file, 'utf8')).toBe('kept');
    expect(await desk.run('accounts', 'export', '')).toMatchObject({ exitCode: 2 });
  });

  it('writes over nothing that has appeared meanwhile', async () => {
    desk.transfer.exportAccounts.mockImplementation(async function* () {
      yield [{ username: 'ada' }];
      await writeFile(file, 'kept');
    });

    const { exitCode, errors } = await desk.run('accounts', 'export', file);

    expect([exitCode, errors]).toEqual([1, expect.stringContaining(`all is in ${file}.part`)]);
    expect(await readFile(file, 'utf8')).toBe('kept');
    expect(await readFile(`${file}.part`, 'utf8')).toBe('{"username":"ada"}\n');
  });

  it('is recorded with its reason before the first account is read', async () => {
    desk.transfer.exportAccounts.mockImplementation(async function* () {
      expect(await desk.recorded()).toMatchObject([
        {
          changes: {
            parameters: { new: { contents: 'with hashes', stage: 'begun' } },
            reason: { new: REASON },
          },
        },
      ]);
      yield [{ username: 'ada' }];
    });

    expect(await desk.run('accounts', 'export', '--with-hashes')).toMatchObject({ exitCode: 0 });
    expect(await outcomesOf()).toEqual(['success', 'success']);
  });

  it('is not begun if that cannot be recorded', async () => {
    vi.spyOn(desk.audit, 'record').mockRejectedValueOnce(new Error('The database is gone.'));

    expect(await desk.run('accounts', 'export')).toMatchObject({ exitCode: 1, output: '' });
  });

  it('leaves no file when it is interrupted', async () => {
    desk.transfer.exportAccounts.mockImplementation(async function* () {
      yield [{ username: 'ada' }];
      desk.interruption.abort(new InterruptedError('SIGINT'));
      yield [{ username: 'b' }];
    });

    const { exitCode, errors } = await desk.run('accounts', 'export', file);

    expect([exitCode, errors]).toEqual([130, 'Interrupted.\n']);
    expect(await readdir(directory)).toEqual([]);
    expect(await outcomesOf()).toEqual(['success', 'failure']);
  });

  it('leaves no file if it fails', async () => {
    desk.transfer.exportAccounts.mockImplementation(async function* () {
      yield [{ username: 'ada' }];
      throw new Error('The database is gone.');
    });

    expect(await desk.run('accounts', 'export', file)).toMatchObject({ exitCode: 1 });
    expect(await readdir(directory)).toEqual([]);
  });
});

describe(splitLines, () => {
  async function split(chunks: readonly string[]) {
    async function* read() {
      yield* chunks.map((chunk) => Buffer.from(chunk));
    }
    const lines: string[] = [];
    for await (const line of splitLines(read(), 4)) {
      lines.push(Buffer.from(line).toString());
    }
    return lines;
  }

  it.each([
    [
      ['a', 'b\n', '\nc', 'd'],
      ['ab', '', 'cd'],
    ],
    [['a\n'], ['a']],
    [[], []],
    [
      ['1234567', '89\n12345\n1', '\n'],
      ['12345', '12345', '1'],
    ],
  ])('splits %j', async (chunks, lines) => {
    expect(await split(chunks)).toEqual(lines);
  });
});
