import { deepStrictEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { folderOf, packagedProjects, packageOf, projects, projectsOfKind } from '@org/boundaries';

import { workspaceRoot } from '../workspace.ts';
import { ScratchWorkspace } from './scratch-workspace.ts';

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** The package and what it needs: by its manifest, and by what the module map says it starts. */
function readNeeds(name: string): readonly [packageName: string, needs: readonly string[]] {
  const manifest = join(workspaceRoot, folderOf(name), 'package.json');
  const { dependencies, devDependencies } = JSON.parse(readFileSync(manifest, 'utf8')) as Manifest;
  const started = (projects[name]?.starts ?? []).map(packageOf);
  const declared = Object.keys({ ...dependencies, ...devDependencies });
  return [packageOf(name), [...declared, ...started]];
}

const needsByPackage = new Map(packagedProjects.map(readNeeds));

/** Packages that a change of `name` reaches: all that need it, and on. */
function dependantsOf(name: string): readonly string[] {
  const reached = new Set([packageOf(name)]);
  for (const each of reached) {
    for (const [dependant, needs] of needsByPackage) {
      if (needs.includes(each)) {
        reached.add(dependant);
      }
    }
  }
  return [...reached];
}

function selectAffected(scratch: ScratchWorkspace): readonly string[] {
  const words = ['show', 'projects', '--affected', '--base=HEAD~1', '--head=HEAD', '--json'];
  return JSON.parse(scratch.run('nx', words)) as readonly string[];
}

/** Changes a library in a commit of its own and asks Nx what has to be checked again. */
function check(scratch: ScratchWorkspace, name: string): boolean {
  scratch.append(`libs/${name}/src/index.ts`, '\n// A change.\n');
  scratch.commit(`fix(${name}): a change`);
  try {
    const expected = dependantsOf(name);
    deepStrictEqual([...selectAffected(scratch)].sort(), [...expected].sort());
    process.stdout.write(
      `passed  ${name}: ${expected.length} of ${Object.keys(projects).length}\n`,
    );
    return true;
  } catch (error) {
    process.stdout.write(`${(error as Error).message}\nFAILED  ${name}\n`);
    return false;
  }
}

const scratch = ScratchWorkspace.make('affected');
const libraries = projectsOfKind('module', 'foundation');
const outcomes = libraries.map((name) => check(scratch, name));
scratch.remove();
process.stdout.write(
  `${outcomes.filter(Boolean).length} of ${outcomes.length} affected cases as the packages' manifests say\n`,
);
process.exitCode = outcomes.every(Boolean) ? 0 : 1;
