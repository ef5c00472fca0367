import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

import typescript from 'typescript';
import { describe, expect, test } from 'vitest';

import { folderOf, packagedProjects, projectNamed, scope } from '../module-map.js';
import { workspaceRoot } from './lint.ts';

const SOURCE = /(?<!\.d)\.[cm]?[jt]s$/;
const SKIPPED = new Set(['node_modules', 'dist', 'out-tsc', 'templates', 'fixtures']);

function sourcesIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return SKIPPED.has(entry.name) ? [] : sourcesIn(path);
    }
    return SOURCE.test(entry.name) ? [path] : [];
  });
}

/** A file's imports, including types and `import()`. */
function importsOf(file: string): readonly string[] {
  const { importedFiles } = typescript.preProcessFile(readFileSync(file, 'utf8'), true, true);
  return importedFiles.map(({ fileName }) => fileName);
}

/** Each circle once, as the path around it. */
function circlesAmong(files: readonly string[]): readonly string[] {
  const targets = new Map(
    files.map((file) => [
      file,
      importsOf(file).flatMap((name) =>
        name.startsWith('.') ? [resolve(dirname(file), name)] : [],
      ),
    ]),
  );
  const finished = new Set<string>();
  const walk = (path: readonly string[]): readonly string[] => {
    const file = path.at(-1) ?? '';
    const found = (targets.get(file) ?? []).flatMap((next) => {
      if (path.includes(next)) {
        return [[...path.slice(path.indexOf(next)), next].join(' → ')];
      }
      return finished.has(next) ? [] : walk([...path, next]);
    });
    finished.add(file);
    return found;
  };
  return files.flatMap((file) => (finished.has(file) ? [] : walk([file])));
}

const named = (file: string) => relative(workspaceRoot, file);

describe.each(packagedProjects)('%s', (name) => {
  const folder = join(workspaceRoot, folderOf(name));
  const files = sourcesIn(folder);

  test('has no circle of files', () => {
    const circles = circlesAmong(files).map((circle) => circle.split(' → ').map(named).join(' → '));

    expect(circles).toEqual([]);
  });

  test('imports every project that the module map grants it', () => {
    const { dependencies, dynamicDependencies = [] } = projectNamed(name);
    const imported = new Set(
      files
        .flatMap(importsOf)
        .map((each) => each.split('/'))
        .flatMap(([first, second]) => (first === scope ? [second] : [])),
    );

    expect([...dependencies, ...dynamicDependencies].filter((each) => !imported.has(each))).toEqual(
      [],
    );
  });
});

test('a circle is found', () => {
  const fixtures = join(import.meta.dirname, 'fixtures/circle');

  expect(circlesAmong(sourcesIn(fixtures)).map((circle) => circle.split(' → ').length)).toEqual([
    4,
  ]);
});
