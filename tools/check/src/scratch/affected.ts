import { deepStrictEqual } from 'node:assert/strict';

import { packageOf, projects, projectsOfKind } from '@org/boundaries';

import { ScratchWorkspace } from './scratch-workspace.ts';

/** Projects that a change of `name` reaches, by the module map: all that may import it, and on. */
function dependantsOf(name: string): readonly string[] {
  const reached = new Set([name]);
  for (const each of reached) {
    Object.entries(projects)
      .filter(([, { dependencies, starts = [] }]) => [...dependencies, ...starts].includes(each))
      .forEach(([dependant]) => reached.add(dependant));
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
    const expected = dependantsOf(name).map(packageOf);
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
  `${outcomes.filter(Boolean).length} of ${outcomes.length} affected cases as the module map says\n`,
);
process.exitCode = outcomes.every(Boolean) ? 0 : 1;
