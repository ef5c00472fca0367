import { deepStrictEqual, ok, rejects } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';

import { folderOf, packagedProjects, packageOf, projects } from '@org/boundaries';
import { inWorkspace } from '@org/harness';
import { startThrowawayMongod } from '@org/local-mongodb';

import { runCase } from '../workspace.ts';
import { applyMutant, findFailures, readMutant, type Mutant } from './mutant.ts';
import { ScratchWorkspace } from './scratch-workspace.ts';

/**
 * The gate of `nx affected`: a change of a library makes Nx check again all that needs it, and a
 * change that breaks the library, its `test/mutant.json`, fails a test of what is checked.
 */

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** What each package needs: by its manifest, and by what the module map says it starts. */
const needsByPackage = new Map(
  packagedProjects.map((name) => {
    const manifest = readFileSync(inWorkspace(`${folderOf(name)}/package.json`), 'utf8');
    const { dependencies, devDependencies } = JSON.parse(manifest) as Manifest;
    const started = (projects[name]?.starts ?? []).map(packageOf);
    return [packageOf(name), [...Object.keys({ ...dependencies, ...devDependencies }), ...started]];
  }),
);

/** Packages that a change of `name` reaches: all that need it, and on. */
function dependantsOf(name: string): readonly string[] {
  const reached = new Set([packageOf(name)]);
  for (const each of reached) {
    const dependants = [...needsByPackage].filter(([, needs]) => needs.includes(each));
    dependants.forEach(([dependant]) => reached.add(dependant));
  }
  return [...reached];
}

interface Surroundings {
  readonly scratch: ScratchWorkspace;
  readonly mongodbUri: string;
}

const pathOf = (name: string, { test }: Mutant): string => `libs/${name}/${test}`;

/** Breaks a library in a commit of its own, and asks Nx what has to be checked again. */
async function check(
  { scratch, mongodbUri }: Surroundings,
  name: string,
  mutant: Mutant,
): Promise<string> {
  applyMutant(scratch.root, `libs/${name}`, mutant);
  await scratch.commit(`fix(${name}): a change`);
  const words = ['show', 'projects', '--affected', '--base=HEAD~1', '--head=HEAD', '--json'];
  const [listing, failures] = await Promise.all([
    scratch.run('nx', words),
    findFailures(scratch, [pathOf(name, mutant)], mongodbUri),
  ]);
  await scratch.run('git', ['reset', '--quiet', '--hard', 'HEAD~1']);
  const affected = JSON.parse(listing) as readonly string[];
  const expected = dependantsOf(name);
  deepStrictEqual(affected.toSorted(), expected.toSorted());
  const [failure] = failures;
  ok(failure !== undefined, `The mutant of libs/${name} survives ${mutant.test}.`);
  return `${expected.length} of ${Object.keys(projects).length}, killed by "${failure}"`;
}

const mongod = await startThrowawayMongod();
await ScratchWorkspace.use('affected', async (scratch) => {
  const at = { scratch, mongodbUri: mongod.uri };
  const mutants = new Map<string, Mutant>();
  await runCase('a mutant of each library, whose test passes without it', async () => {
    for (const name of readdirSync(inWorkspace('libs'))) {
      mutants.set(name, readMutant(scratch.root, `libs/${name}`));
    }
    const paths = [...mutants].map(([name, mutant]) => pathOf(name, mutant));
    deepStrictEqual(await findFailures(scratch, paths, mongod.uri), []);
  });
  for (const [name, mutant] of mutants) {
    await runCase(name, () => check(at, name, mutant));
  }
  await runCase('a change that breaks nothing is said to survive', async () => {
    const mutant = readMutant(scratch.root, 'libs/core');
    const harmless = { ...mutant, to: `/* The same. */ ${mutant.from}` };
    await rejects(check(at, 'core', harmless), /survives/u);
  });
});
await mongod.stop();
