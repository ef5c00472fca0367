import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { MINIMUM_SECRET_KEY_BYTES } from '@org/core';

/** The secret key of a development data folder: created at the first start, then reused. */
export async function readOrCreateSecretKey(dataDirectory: string): Promise<Uint8Array> {
  const path = join(dataDirectory, 'secret-key');
  await mkdir(dataDirectory, { recursive: true });
  if (!existsSync(path)) {
    await create(path);
  }
  const key = Buffer.from(await readFile(path, 'utf8'), 'base64');
  if (key.byteLength < MINIMUM_SECRET_KEY_BYTES) {
    throw new Error(
      `${path} does not hold a secret key. Put back the one it held, or delete it for a new one; what was encrypted with the old one is then lost.`,
    );
  }
  return key;
}

/** The file appears complete or not at all; if several processes create it at once, one wins. */
async function create(path: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  const made = randomBytes(MINIMUM_SECRET_KEY_BYTES).toString('base64');
  await writeFile(draft, made, { flag: 'wx', mode: 0o600 });
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw error;
    }
  } finally {
    await rm(draft);
  }
}
