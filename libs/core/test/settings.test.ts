import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { addDotenv, readSettings, setting, SettingsError } from '@org/core';
import { settingRows } from '@org/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const settings = {
  SECRET_KEY: setting.secretKey({ description: 'Root of all keys', advice: 'make one' }),
  TTL: setting.duration({ description: 'How long', longest: '3650d' }),
  SIZE: setting.wholeNumber({ description: 'How many', from: 1, to: 9, byDefault: '5' }),
  TOKEN: setting.text({ description: 'Credential', isSecret: true }, digits()),
  NAMES: setting.list({ description: 'Who' }, (name) => (name === 'x' ? undefined : name), 'names'),
};

function digits() {
  return { accepts: (text: string) => /^\d+$/.test(text), expected: 'digits' };
}

describe(readSettings, () => {
  it('gives a default where there is one, also for an empty variable', () => {
    expect(readSettings(settings, { SIZE: '', TTL: '' })).toEqual({
      values: { SECRET_KEY: undefined, TTL: undefined, SIZE: 5, TOKEN: undefined, NAMES: [] },
      problems: [],
    });
  });

  it('reads a list, blanks after its commas left out', () => {
    expect(readSettings(settings, { NAMES: 'y, z,' }).values.NAMES).toEqual(['y', 'z']);
  });

  it.each([
    [' y', 'NAMES must be a text without blanks around it, but is " y"'],
    [',', 'NAMES must be names, comma separated, but has none'],
    ['x, y,x', 'NAMES must be names, comma separated, but has "x" and "x"'],
  ])('refuses the list %j', (NAMES, problem) => {
    expect(readSettings(settings, { NAMES })).toMatchObject({
      values: { NAMES: [] },
      problems: [problem],
    });
  });

  it('tells every problem, and shows no secret', () => {
    const { problems } = readSettings(settings, { SIZE: '10', TOKEN: 'a b', NAMES: 'y,x' });

    expect(problems).toEqual([
      'SIZE must be a whole number from 1 to 9, but is "10"',
      'TOKEN must be digits',
      'NAMES must be names, comma separated, but has "x"',
    ]);
  });
});

describe('a setting in a file', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'settings-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  async function inFile(content: string | Uint8Array): Promise<string> {
    const path = join(directory, 'token');
    await writeFile(path, content);
    return path;
  }

  it.each(['123', '123\n', '123\r\n', '\uFEFF123\n'])('is read from %j', async (content) => {
    const TOKEN_FILE = await inFile(content);

    expect(readSettings(settings, { TOKEN_FILE, TOKEN: '' })).toMatchObject({
      values: { TOKEN: '123' },
      problems: [],
    });
  });

  it.each([
    ['123\n\n', 'TOKEN must be digits'],
    ['\n', 'TOKEN is empty in the file of TOKEN_FILE'],
    [
      Uint8Array.of(0xff),
      'TOKEN cannot be read from the file of TOKEN_FILE (ERR_ENCODING_INVALID_ENCODED_DATA)',
    ],
  ])('is refused as %j', async (content, problem) => {
    const TOKEN_FILE = await inFile(content);

    expect(readSettings(settings, { TOKEN_FILE })).toMatchObject({
      values: { TOKEN: undefined },
      problems: [problem],
    });
  });

  it('is refused if there is no such file, without showing what may be the secret', () => {
    const { problems } = readSettings(settings, { TOKEN_FILE: 'hunter2', SIZE_FILE: directory });

    expect(problems).toEqual([
      'SIZE cannot be read from the file of SIZE_FILE (not a regular file)',
      'TOKEN cannot be read from the file of TOKEN_FILE (ENOENT)',
    ]);
  });

  it('is read through a link', async () => {
    const TOKEN_FILE = join(directory, 'link');
    await symlink(await inFile('1'.repeat(65_536)), TOKEN_FILE);

    expect(readSettings(settings, { TOKEN_FILE }).values.TOKEN).toHaveLength(65_536);
  });

  it('is refused if it is too large, a pipe or a device, instead of waiting for its end', async () => {
    const pipe = join(directory, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const link = join(directory, 'link');
    await symlink('/dev/zero', link);

    const { problems } = readSettings(settings, {
      SECRET_KEY_FILE: pipe,
      TTL_FILE: '/dev/zero',
      SIZE_FILE: link,
      TOKEN_FILE: await inFile('1'.repeat(65_537)),
    });

    expect(problems).toEqual([
      'SECRET_KEY cannot be read from the file of SECRET_KEY_FILE (not a regular file)',
      'TTL cannot be read from the file of TTL_FILE (not a regular file)',
      'SIZE cannot be read from the file of SIZE_FILE (not a regular file)',
      'TOKEN cannot be read from the file of TOKEN_FILE (larger than 64 KiB)',
    ]);
  });

  it('is refused if it is also in a variable', async () => {
    const TOKEN_FILE = await inFile('123');

    expect(readSettings(settings, { TOKEN_FILE, TOKEN: '123' })).toMatchObject({
      values: { TOKEN: undefined },
      problems: ['TOKEN and TOKEN_FILE are both set; keep one of them'],
    });
  });
});

describe('setting.secretKey', () => {
  const parse = (SECRET_KEY: string) => {
    const { values, problems } = readSettings(settings, { SECRET_KEY });
    return { bytes: values.SECRET_KEY, problem: problems[0] };
  };

  it.each(settingRows.secretKeys.good)('takes %j', (encoded) => {
    expect(parse(encoded)).toEqual({ bytes: Buffer.from(encoded, 'base64'), problem: undefined });
  });

  it.each(settingRows.secretKeys.bad)('refuses %j without showing it', (encoded) => {
    const { bytes, problem } = parse(encoded);

    expect(bytes).toBeUndefined();
    expect(problem).toMatch(/^SECRET_KEY (must be |is a placeholder)/);
    expect(problem).not.toContain(encoded);
  });

  it.each(['base64', 'base64url', 'hex'] as const)(
    'never takes a random one in %s for a placeholder',
    (form) => {
      for (let index = 0; index < 10_000; index += 1) {
        const encoded = randomBytes(32).toString(form);

        expect([parse(encoded).problem, encoded]).toEqual([undefined, encoded]);
      }
    },
  );
});

describe('setting.duration', () => {
  it.each([
    ['1s', 1_000],
    ['90m', 5_400_000],
    ['2h', 7_200_000],
    ['30d', 2_592_000_000],
  ])('reads %s', (TTL, milliseconds) => {
    expect(readSettings(settings, { TTL }).values.TTL).toBe(milliseconds);
  });

  it.each(['0s', '-1d', '1', '1w', '1.5h', ' 1h', '1h ', '1e3s'])('does not read %j', (TTL) => {
    expect(readSettings(settings, { TTL }).values.TTL).toBeUndefined();
  });
});

describe(addDotenv, () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'environment-'));
  });
  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  it('puts the environment over the file, and tells the names in the file', async () => {
    await writeFile(join(directory, '.env'), 'PORT=1\nHOST=file\nPROT=1\n# LOG=x\nSECRETKEY=x\n');
    const { environment, namesInFile } = addDotenv({ HOST: 'environment' }, directory);

    expect(environment).toMatchObject({ PORT: '1', HOST: 'environment' });
    expect(namesInFile.toSorted()).toEqual(['HOST', 'PORT', 'PROT', 'SECRETKEY']);
  });

  it.each([
    ['a byte order mark', '\uFEFFPORT=1\nHOST=file\n'],
    ['line ends of Windows', 'PORT=1\r\nHOST=file\r\n'],
    ['quotes and the word export', 'export PORT="1"\nexport HOST=\'file\'\n'],
  ])('reads a file with %s', async (_what, content) => {
    await writeFile(join(directory, '.env'), content);

    const { environment, namesInFile } = addDotenv({ HOST: 'environment' }, directory);

    expect(environment).toMatchObject({ PORT: '1', HOST: 'environment' });
    expect(namesInFile.toSorted()).toEqual(['HOST', 'PORT']);
  });

  it.each([
    ['is in UTF-16', Buffer.from('\uFEFFPORT=1', 'utf16le'), 'must be in UTF-8'],
    ['is a folder', undefined, 'cannot be read (not a regular file)'],
  ])('says what is wrong when the file %s', async (_what, content, message) => {
    const path = join(directory, '.env');
    await (content === undefined ? mkdir(path) : writeFile(path, content));

    expect(() => addDotenv({ HOST: 'environment' }, directory)).toThrow(SettingsError);
    expect(() => addDotenv({ HOST: 'environment' }, directory)).toThrow(message);
  });

  it('needs no file', () => {
    expect(addDotenv({ HOST: 'environment' }, directory).namesInFile).toEqual([]);
  });
});
