import { deepStrictEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { folderOf, packagedProjects, packageOf, projects, projectsOfKind } from '@org/boundaries';
import { inWorkspace } from '@org/harness';

import { runCase } from '../workspace.ts';
import { ScratchWorkspace } from './scratch-workspace.ts';

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

/** Changes a library in a commit of its own and asks Nx what has to be checked again. */
async function check(scratch: ScratchWorkspace, name: string): Promise<string> {
  scratch.append(`libs/${name}/src/index.ts`, '\n// A change.\n');
  await scratch.commit(`fix(${name}): a change`);
  const words = ['show', 'projects', '--affected', '--base=HEAD~1', '--head=HEAD', '--json'];
  const affected = JSON.parse(await scratch.run('nx', words)) as readonly string[];
  const expected = dependantsOf(name);
  deepStrictEqual(affected.toSorted(), expected.toSorted());
  return `${expected.length} of ${Object.keys(projects).length}`;
}

await ScratchWorkspace.use('affected', async (scratch) => {
  for (const name of projectsOfKind('module', 'foundation', 'composition')) {
    await runCase(name, () => check(scratch, name));
  }
});
