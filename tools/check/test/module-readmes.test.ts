import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { workspaceRoot } from '@org/harness';
import { describe, expect, it } from 'vitest';

import { renderFinding } from '../src/docs/markdown.ts';
import { checkModuleTables, readModule, readRoutes } from '../src/docs/module-tables.ts';

const libraries = join(import.meta.dirname, '../../../libs');

type ErrorClass = new (...words: readonly unknown[]) => Error & {
  readonly code: string;
  readonly httpStatus: number;
};

/** Rows of the table under a heading, each as its cells without backticks. */
function readTable(readme: string, heading: string): string[][] {
  const section = readme.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
}

async function readErrors(library: string): Promise<string[][]> {
  const exported = (await import(join(libraries, library, 'src/index.ts'))) as Record<
    string,
    unknown
  >;
  return Object.entries(exported)
    .filter(([name]) => name.endsWith('Error'))
    .map(([name, value]) => {
      const { code, httpStatus } = new (value as ErrorClass)('', '');
      return [code, String(httpStatus), name];
    });
}

const modules = readdirSync(libraries).filter(
  (library) => library !== 'core' && library !== 'api-client',
);

describe.each(modules)('the README of %s', (library) => {
  const readme = readFileSync(join(libraries, library, 'README.md'), 'utf8');

  it('lists the errors that the module exports, with code and status', async () => {
    const documented = readTable(readme, 'Errors').map((cells) => cells.slice(0, 3));

    expect(documented.sort()).toEqual((await readErrors(library)).sort());
  });

  it('lists the methods of its services, and its routes', () => {
    const document = { path: `libs/${library}/README.md`, text: readme };

    const findings = checkModuleTables(document, readModule(workspaceRoot, library));

    expect(findings.map(renderFinding)).toEqual([]);
  });

  it('names the collections that the module owns', () => {
    const source = join(libraries, library, 'src');
    const collections = readdirSync(source, { recursive: true, encoding: 'utf8' })
      .filter((file) => /-(model|repository)\.ts$/.test(file))
      .map((file) => readFileSync(join(source, file), 'utf8'))
      // A model names its collection, or its repository does where there is no model.
      .flatMap((code) => [
        ...code.matchAll(
          /(?:_COLLECTION =|getCollectionName\(\): string \{\s+return|super\(\w+, \{\s+name:) '(\w+)'/g,
        ),
      ])
      .flatMap(([, name]) => name ?? []);

    const owned = /Owns the collections? ([^.]+)\./.exec(readme)?.[1] ?? '';
    const named = [...owned.matchAll(/`(\w+)`/g)].map(([, name]) => name!);
    expect(named.sort()).toEqual(collections.sort());
  });
});

it('asks of one README or another for every route but those of health', () => {
  const asked = modules.flatMap((library) => readModule(workspaceRoot, library).routes);
  const routes = readRoutes(workspaceRoot).filter((route) => !route.startsWith('GET /health/'));

  expect(asked.toSorted()).toEqual(routes.toSorted());
});
