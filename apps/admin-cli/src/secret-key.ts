import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { SecretKey } from '@org/core';

import { decodeSecretKey, type Config } from './config.ts';
import { CommandFailedError } from './errors.ts';

/**
 * The secret key of the deployment. None is ever made here: with another one than the program's,
 * nothing could be read.
 *
 * @throws CommandFailedError
 */
export async function findSecretKey(config: Config): Promise<SecretKey> {
  const { secretKey, previousSecretKey, dataDirectory } = config;
  return SecretKey.create({
    current: secretKey ?? (await readSecretKeyFile(join(dataDirectory, 'secret-key'))),
    ...(previousSecretKey === undefined ? {} : { previous: previousSecretKey }),
  });
}

async function readSecretKeyFile(path: string): Promise<Uint8Array> {
  try {
    return decodeSecretKey(await readFile(path, 'utf8'), path);
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
