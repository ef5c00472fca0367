import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes an executable shell script. */
export async function writeProgram(path: string, ...lines: readonly string[]): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, ['#!/bin/sh', ...lines, ''].join('\n'));
  await chmod(path, 0o755);
  return path;
}

/** Writes a script that answers `--version` like a mongod, and does `lines` otherwise. */
export function writeFakeMongod(
  path: string,
  version: string,
  ...lines: readonly string[]
): Promise<string> {
  const answer = `if [ "$1" = --version ]; then echo "db version v${version}"; exit 0; fi`;
  return writeProgram(path, answer, ...lines);
}
