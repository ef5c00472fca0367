import { describe, expect, test } from 'vitest';

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
import { policies } from '../walls/layer-wall.js';
import { lintTogether, lintWalls, wallRules } from './lint.ts';
import { policyNamed } from './policies.ts';

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly file: string;
  readonly code: string;
  readonly isTest: boolean;
}

/** A file in each project that may import workspace packages. */
function sourceFileOf(name: string): string {
  const files = {
    module: `src/${name}-service.ts`,
    foundation: 'src/anything.ts',
    composition: 'src/anything.ts',
    app: 'src/main.ts',
    tool: 'src/anything.ts',
  };
  return `${folderOf(name)}/${files[projectNamed(name).kind]}`;
}

function isLibrary(name: string): boolean {
  return ['module', 'foundation', 'composition'].includes(projectNamed(name).kind);
}

const edges: readonly Edge[] = Object.keys(projects).flatMap((from) => {
  const others = Object.keys(projects).filter((to) => to !== from);
  const edgesOf = (file: string, isTest: boolean): readonly Edge[] =>
    others.map((to) => ({ from, to, file, code: `import '${packageOf(to)}';`, isTest }));
  const sources = edgesOf(sourceFileOf(from), false);
  return isLibrary(from)
    ? [...sources, ...edgesOf(`${folderOf(from)}/test/anything.test.ts`, true)]
    : sources;
});
const lintEdge = lintTogether(edges);

function isAllowed({ from, to, isTest }: Edge): boolean {
  return projectNamed(from).dependencies.includes(to) || (isTest && testDependencies.includes(to));
}

function isDynamic({ from, to }: Edge): boolean {
  return projectNamed(from).dynamicDependencies?.includes(to) ?? false;
}

const refusedEdges = edges.filter((edge) => !isAllowed(edge) && !isDynamic(edge));
const allowedEdges = edges.filter(isAllowed);

/** Nx's rule checks only the files of its own projects. */
function isSeenByNx({ from }: Edge): boolean {
  return packagedProjects.includes(from);
}

/** The policy for an edge: `account → api, api-e2e` covers account to either app. */
function policyFor({ from, to, isTest }: Edge): string | undefined {
  const prefix = isTest ? `${from} (tests) → ` : `${from} → `;
  return policies
    .map(({ id }) => id)
    .find((id) => id.startsWith(prefix) && id.slice(prefix.length).split(', ').includes(to));
}

describe('the module map', () => {
  test.each(refusedEdges)('refuses $file → $to', async (edge) => {
    const messages = await lintEdge(edge);
    const rules = messages.map(({ ruleId }) => ruleId);
    const refusal = messages.find(({ ruleId }) => ruleId === wallRules.layers)?.message;

    expect(refusal).toMatch(policyNamed(policyFor(edge) ?? 'none').message);
    expect(refusal).toContain(`${edge.from}/`);
    expect(refusal).toContain(` may not import ${edge.to}/`);
    expect(rules.includes(wallRules.nx)).toBe(isSeenByNx(edge));
  });

  test.each(allowedEdges)('lets through $file → $to', async (edge) => {
    expect(await lintEdge(edge)).toEqual([]);
  });

  test('has a fixture for every policy made from it', () => {
    const exercised = new Set(refusedEdges.map(policyFor));
    const made = policies.map(({ id }) => id).filter((id) => / → (?!.*\(static\))/.test(id));

    expect(made.filter((id) => !exercised.has(id))).toEqual([]);
  });
});

/** Every way into another project that bypasses its package. */
const waysByPath: readonly ((path: string) => string)[] = [
  (path) => `import '${path}';`,
  (path) => `import type { A } from '${path}';`,
  (path) => `export { A } from '${path}';`,
  (path) => `export const a = () => import('${path}');`,
  (path) => `export const a = require('${path}');`,
];

const upwards: readonly (readonly [from: string, to: string, path: string])[] = [
  ...Object.keys(projects)
    .filter(isLibrary)
    .flatMap((from) =>
      projectsOfKind('app').map((to): [string, string, string] => [
        from,
        to,
        `${folderOf(to)}/src/main.ts`,
      ]),
    ),
  ['authentication', 'account', 'libs/account/src/account-service.ts'],
];

const pathsUpwards: readonly Edge[] = upwards.flatMap(([from, to, path]) => {
  const file = sourceFileOf(from);
  const up = '../'.repeat(file.split('/').length - 1);
  return waysByPath.map((write) => ({ from, to, file, code: write(up + path), isTest: false }));
});
const lintPath = lintTogether(pathsUpwards);

describe('a path upwards', () => {
  test.each(pathsUpwards)('is refused in $file: $code', async (edge) => {
    const messages = await lintPath(edge);
    const refusal = messages.find(({ ruleId }) => ruleId === wallRules.layers)?.message;

    expect(refusal).toMatch(policyNamed(policyFor(edge) ?? 'none').message);
    expect(refusal).toContain(`${edge.from}/`);
    expect(refusal).toContain(` may not import ${edge.to}/`);
    expect(messages.map(({ ruleId }) => ruleId)).toContain(wallRules.nx);
  });
});

describe("Nx's wall", () => {
  // A cycle, an app and an unbuilt library are rejected before the tags are checked.
  test.each(packagedProjects)('compares the tags of %s', async (name) => {
    const file = isLibrary(name) ? `${folderOf(name)}/test/anything.ts` : sourceFileOf(name);
    const target = ['boundaries', 'local-mongodb', 'core'].find(
      (each) => each !== name && !projectNamed(name).dependencies.includes(each),
    );
    const messages = await lintWalls(file, `import '${packageOf(target ?? 'none')}';`);

    const refusal = messages.find(({ ruleId }) => ruleId === wallRules.nx)?.message;
    expect(refusal).toMatch(
      new RegExp(`tagged with "${tagOf(name)}" (can only depend on|cannot depend on any)`),
    );
  });

  test.each([
    ['a path', "import '../../authentication/src/index.ts';", 'relative or absolute path'],
    [
      'a type',
      "import type { A } from '../../authentication/src/types.ts';",
      'relative or absolute',
    ],
    [
      'a re-export',
      "export { A } from '../../authentication/src/types.ts';",
      'relative or absolute',
    ],
    [
      'import()',
      "export const a = () => import('../../core/src/clock.ts');",
      'relative or absolute',
    ],
    ['require', "export const a = require('../../core/src/clock.ts');", 'relative or absolute'],
    ['a deep import', "import '@org/core/src/clock.ts';", 'Transitive or unresolvable'],
    [
      'a path from the root of the workspace',
      "import 'libs/authentication/src/index.ts';",
      'relative or absolute path',
    ],
    [
      'an app by its path',
      "import '../../../apps/api/src/server.ts';",
      'relative or absolute path',
    ],
    ['an undeclared package', "import 'handlebars';", 'Transitive or unresolvable'],
    ['its own name', "import '@org/account';", 'should use relative imports'],
    ['a tool', "import '@org/local-mongodb';", 'Buildable libraries cannot import'],
    ['an app', "import '@org/api';", 'Circular dependency'],
    ['another app', "import '@org/admin-cli';", 'Transitive or unresolvable'],
    [
      'a cycle',
      "import '@org/account';",
      'Circular dependency',
      'libs/authentication/src/login-service.ts',
    ],
  ])('refuses %s', async (_, code, says, file = 'libs/account/src/account-service.ts') => {
    const messages = await lintWalls(file, code);
    const refusal = messages.find(({ ruleId }) => ruleId === wallRules.nx)?.message;

    expect(refusal).toContain(says);
  });
});
