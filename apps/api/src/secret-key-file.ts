import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { MINIMUM_SECRET_KEY_BYTES } from '@org/core';

/** The secret key of a development data folder: made at the first start, then always the same. */
export async function readOrCreateSecretKey(dataDirectory: string): Promise<Uint8Array> {
  const path = join(dataDirectory, 'secret-key');
  await mkdir(dataDirectory, { recursive: true });
  try {
    const made = randomBytes(MINIMUM_SECRET_KEY_BYTES).toString('base64');
    await writeFile(path, made, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw error;
    }
  }
  return Buffer.from(await readFile(path, 'utf8'), 'base64');
}
