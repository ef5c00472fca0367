import { describe, expect, test } from 'vitest';

import { allLayers } from '../layer-map.js';
import { policies } from '../walls/layer-wall.js';
import { allowedImports } from './fixtures/allowed-imports.ts';
import { refusedModuleLayers } from './fixtures/refused-module-layers.ts';
import { refusedOtherLayers } from './fixtures/refused-other-layers.ts';
import { refusedProjects } from './fixtures/refused-projects.ts';
import { lintTogether, lintWalls, wallRules } from './lint.ts';
import { policyNamed } from './policies.ts';

const refusedImports = [...refusedModuleLayers, ...refusedOtherLayers, ...refusedProjects];
const lintRefused = lintTogether(refusedImports);

const allowedFixtures = Object.values(allowedImports)
  .flat()
  .map(([file, code]) => ({ file, code }));
const lintAllowed = lintTogether(allowedFixtures);

describe('the layers', () => {
  test.each(refusedImports)('refuse $from → $to: $code', async (fixture) => {
    const messages = await lintRefused(fixture);
    const refusals = messages.filter(({ ruleId }) => ruleId === wallRules.layers);

    expect(refusals).toHaveLength(1);
    const [{ message } = { message: '' }] = refusals;
    expect(message).toContain(`${fixture.from} may not import `);
    expect(message).toContain(` ${fixture.to}`);
    expect(message).toContain(fixture.way);
    expect(message).toMatch(policyNamed(fixture.policy).message);
  });

  test.each(allowedFixtures)('let through $file: $code', async (fixture) => {
    expect(await lintAllowed(fixture)).toEqual([]);
  });

  test.each([
    'libs/account/src/drawer.ts',
    'libs/account/src/internal/store/account-index.ts',
    'libs/account/src/rest-api/account-controller.ts',
    'libs/account/src/store/index.ts',
    'libs/account/scripts/anything.ts',
    'libs/unheard-of/src/index.ts',
    'apps/unheard-of/src/main.ts',
    'somewhere/file.ts',
  ])('have no place for %s', async (file) => {
    const messages = await lintWalls(file, 'export const value = 1;');

    expect(messages.map(({ ruleId }) => ruleId)).toContain(wallRules.unknownFiles);
  });
});

describe('the fixtures', () => {
  test('make every policy refuse something', () => {
    const refusing = policies.filter(({ policy }) => 'disallow' in policy).map(({ id }) => id);
    const edges = refusing.filter((id) => !isProjectEdge(id));
    const exercised = new Set(refusedImports.map(({ policy }) => policy));

    expect(edges.filter((id) => !exercised.has(id))).toEqual([]);
  });

  test('let every layer import something', () => {
    const layers = Object.keys(allowedImports).filter((layer) => layer !== 'workspace');

    expect(layers.toSorted()).toEqual(Object.keys(allLayers).toSorted());
  });
});

/** Fixtures for edges of the module map are generated from it; see projects.test.ts. */
function isProjectEdge(id: string): boolean {
  return id.includes(' → ') && !id.endsWith('(static)');
}
