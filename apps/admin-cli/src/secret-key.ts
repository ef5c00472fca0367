import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import type { Config } from '@org/api';
import { MINIMUM_SECRET_KEY_BYTES } from '@org/core';

import { CommandFailedError } from './errors.ts';

/**
 * The deployment's secret key. It is never created here: with any key but the program's, nothing
 * could be read.
 *
 * @throws CommandFailedError
 */
export async function findSecretKey({ SECRET_KEY, DATA_DIR }: Config): Promise<Uint8Array> {
  return SECRET_KEY ?? readSecretKeyFile(join(DATA_DIR, 'secret-key'));
}

/** The program created it, or accepts it as it is. */
async function readSecretKeyFile(path: string): Promise<Uint8Array> {
  const key = Buffer.from(await readText(path), 'base64');
  if (key.byteLength < MINIMUM_SECRET_KEY_BYTES) {
    throw new CommandFailedError(`${path} does not hold a secret key.`);
  }
  return key;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw error;
    }
    throw new CommandFailedError(
      `SECRET_KEY is not set, and there is no ${resolve(path)}. Set it to the one of your program.`,
      error,
    );
  }
}
