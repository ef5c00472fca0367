import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { MINIMUM_SECRET_KEY_BYTES, SecretKey } from '@org/core';

import type { Config } from './config.ts';
import { CommandFailedError } from './errors.ts';

/**
 * The deployment's secret key. It is never created here: with any key but the program's, nothing
 * could be read.
 *
 * @throws CommandFailedError
 */
export async function findSecretKey(config: Config): Promise<SecretKey> {
  return SecretKey.create({
    current: config.SECRET_KEY ?? (await readSecretKeyFile(join(config.DATA_DIR, 'secret-key'))),
    previous: config.SECRET_KEY_PREVIOUS,
    next: config.SECRET_KEY_NEXT,
  });
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
