import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readCachedProjectGraph } from '@nx/devkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  folderOf,
  packagedProjects,
  packageOf,
  projectNamed,
  projects,
  projectsOfKind,
  tagOf,
  testDependencies,
} from '../module-map.js';
import { configurationOf, wallRules, workspaceRoot } from './lint.ts';

const sources = ['libs/core/src/clock.ts', 'libs/account/src/account-service.ts'];
const tests = [
  'libs/account/test/account-service.test.ts',
  'libs/account/vitest.config.ts',
  'apps/api/test/server.test.ts',
  'apps/api-e2e/test/sign-up.test.ts',
  'apps/api-e2e/vitest.config.ts',
];
const others = ['apps/api/src/main.ts', 'apps/api-e2e/src/main.ts', 'tools/check/src/main.ts'];

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly nx?: { readonly implicitDependencies?: readonly string[] };
}

function manifestOf(name: string): Manifest {
  const path = `${workspaceRoot}${folderOf(name)}/package.json`;
  return JSON.parse(readFileSync(path, 'utf8')) as Manifest;
}

describe('every wall', () => {
  test.each([...sources, ...tests, ...others])('stands at %s', async (file) => {
    const { rules = {} } = await configurationOf(file);

    for (const rule of Object.values(wallRules)) {
      expect(rules[rule]).toHaveProperty('0', 2);
    }
    expect(rules[wallRules.layers]).toMatchObject([
      2,
      { default: 'disallow', checkAllOrigins: true, checkUnknownLocals: true },
    ]);
  });

  test.each([
    { files: [...sources, ...others], additional: [] },
    { files: tests, additional: testDependencies },
  ])('has the constraints of the module map at $files', async ({ files, additional }) => {
    const constraints = Object.fromEntries(
      packagedProjects.map((name) => {
        const { dependencies, dynamicDependencies = [] } = projectNamed(name);
        const inTests = folderOf(name).startsWith('libs/') ? additional : [];
        return [tagOf(name), [...dependencies, ...dynamicDependencies, ...inTests].map(tagOf)];
      }),
    );

    for (const file of files) {
      const { rules = {} } = await configurationOf(file);
      const [, options] = rules[wallRules.nx] as [number, NxOptions];
      const actual = options.depConstraints.map(({ sourceTag, onlyDependOnLibsWithTags }) => [
        sourceTag,
        onlyDependOnLibsWithTags,
      ]);
      expect(Object.fromEntries(actual)).toEqual(constraints);
    }
  });
});

interface NxOptions {
  readonly depConstraints: readonly {
    readonly sourceTag: string;
    readonly onlyDependOnLibsWithTags: readonly string[];
  }[];
}

describe("Nx's project graph", () => {
  test('is there, with the projects of the module map and no others', () => {
    const { nodes } = readCachedProjectGraph();

    expect(Object.keys(nodes).toSorted()).toEqual(packagedProjects.map(packageOf).toSorted());
    for (const name of packagedProjects) {
      expect(nodes[packageOf(name)]?.data.tags).toContain(tagOf(name));
    }
  });

  describe('when it is missing', () => {
    let emptyFolder: string;
    beforeAll(async () => {
      emptyFolder = await mkdtemp(join(tmpdir(), 'no-graph-'));
    });
    afterAll(() => rm(emptyFolder, { recursive: true }));

    test('makes bare eslint fail and say what to do', () => {
      const { status, stdout } = spawnSync(
        process.execPath,
        ['node_modules/eslint/bin/eslint.js', 'eslint.config.mjs'],
        {
          cwd: workspaceRoot,
          encoding: 'utf8',
          env: { ...process.env, NX_WORKSPACE_DATA_DIRECTORY: emptyFolder },
        },
      );

      expect(stdout).toContain('There is no Nx project graph');
      expect(stdout).toContain('npm run lint');
      expect(status).toBe(1);
    });
  });
});

describe('wall 1, the exports of a package', () => {
  const require = createRequire(import.meta.url);

  test.each(projectsOfKind('module', 'foundation', 'composition'))('closes %s', (name) => {
    const resolve = (path: string): string => require.resolve(`${packageOf(name)}/${path}`);

    for (const path of ['src/index.ts', 'src/types.ts', 'internal/anything', 'dist/types.js']) {
      expect(() => resolve(path)).toThrow(/is not defined by "exports"/);
    }
  });
});

describe('the module map', () => {
  test('has no cycle', () => {
    const cyclesFrom = (path: readonly string[]): readonly string[] =>
      projectNamed(path.at(-1) ?? '').dependencies.flatMap((next) =>
        path.includes(next) ? [[...path, next].join(' → ')] : cyclesFrom([...path, next]),
      );

    expect(Object.keys(projects).flatMap((name) => cyclesFrom([name]))).toEqual([]);
  });

  test('leaves api-e2e outside of the program', () => {
    // Its tests call the program as clients do, and define a domain of their own, by core.
    const program = projectsOfKind('module', 'foundation', 'app').filter(
      (name) => name !== 'api-client' && name !== 'core',
    );

    const inside = projectNamed('api-e2e').dependencies.filter((each) => program.includes(each));

    expect(inside).toEqual([]);
  });

  test.each(packagedProjects)('tells Nx what %s starts', (name) => {
    const { starts = [] } = projectNamed(name);

    expect(manifestOf(name).nx?.implicitDependencies ?? []).toEqual(starts.map(packageOf));
  });

  test.each(packagedProjects)('names what the package.json of %s names', (name) => {
    const { dependencies = {}, peerDependencies = {}, devDependencies = {} } = manifestOf(name);
    const { dynamicDependencies = [], ...project } = projectNamed(name);
    const shipped = [...project.dependencies, ...dynamicDependencies].map(packageOf);
    const inTests = [...shipped, ...testDependencies.map(packageOf)];
    const ours = (names: object): readonly string[] =>
      Object.keys(names).filter((each) => each.startsWith('@org/'));

    expect(shipped).toEqual(
      expect.arrayContaining([...ours({ ...dependencies, ...peerDependencies })]),
    );
    expect(inTests).toEqual(expect.arrayContaining([...ours(devDependencies)]));
  });
});
