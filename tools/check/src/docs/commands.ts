import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { findCode, lineAt, type Document, type Finding } from './markdown.ts';

/** A way of running something in this workspace, and which of its names are there. */
type Command = readonly [pattern: RegExp, isThere: (name: string) => boolean];

interface Manifest {
  readonly scripts?: object;
  /** Path of the list of generators. */
  readonly generators?: string;
}

/** The commands that this workspace has. */
export function readCommands(root: string): readonly Command[] {
  const { scripts = {} } = readJson(join(root, 'package.json')) as Manifest;
  const { resolve } = createRequire(join(root, 'package.json'));
  return [
    [/\bnpm run (?:--?\w+ )*(?<name>[\w:-]+)/g, (name) => name in scripts],
    [/\bnx (?:g|generate) (?<name>[@\w/:.-]+)/g, (name) => hasGenerator(resolve, name)],
  ];
}

/** Commands that the document names and that are not there. */
export function checkCommands(
  { path, text }: Document,
  commands: readonly Command[],
): readonly Finding[] {
  return findCode(text).flatMap(({ code, line }) =>
    commands
      .flatMap(([pattern, isThere]) =>
        [...code.matchAll(pattern)].filter(({ groups }) => !isThere(groups?.['name'] ?? '')),
      )
      .map(({ index, 0: command }) => ({
        path,
        line: line + lineAt(code, index) - 1,
        problem: `there is no ${command}`,
      })),
  );
}

function hasGenerator(resolve: (path: string) => string, name: string): boolean {
  const [collection = '', generator = ''] = name.split(':');
  try {
    const { generators } = readJson(resolve(`${collection}/package.json`)) as Manifest;
    const list = readJson(resolve(join(collection, generators ?? '')));
    return generator in (list as { generators: object }).generators;
  } catch {
    return false;
  }
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
