/** Wall 2: the constraints of @nx/enforce-module-boundaries, made from the module map. */

import {
  folderOf,
  packageOf,
  packagedProjects,
  projectNamed,
  scope,
  tagOf,
  testDependencies,
} from '../module-map.js';

/** @param {readonly string[]} additional projects that the libraries may import besides */
function constraints(additional) {
  return packagedProjects.map((name) => {
    const { kind, dependencies, dynamicDependencies = [] } = projectNamed(name);
    const isLibrary = kind === 'module' || kind === 'foundation';
    return {
      sourceTag: tagOf(name),
      onlyDependOnLibsWithTags: [
        ...dependencies,
        ...dynamicDependencies,
        ...(isLibrary ? additional : []),
      ].map(tagOf),
    };
  });
}

const everywhere = { banTransitiveDependencies: true };

export const nxRule = [
  'error',
  { ...everywhere, enforceBuildableLibDependency: true, depConstraints: constraints([]) },
];

/**
 * For tests and configurations. They are not built, so what they import need not be either; a
 * library's may use the library by its name, as its users do; an app's may import what the app
 * itself loads by import() only.
 */
export const nxRuleForTests = [
  'error',
  {
    ...everywhere,
    allowCircularSelfDependency: true,
    checkDynamicDependenciesExceptions: [`${scope}/*`],
    depConstraints: constraints(testDependencies),
  },
];

/** The name of the Nx project in each folder. */
export const nxProjects = Object.fromEntries(
  packagedProjects.map((name) => [folderOf(name), packageOf(name)]),
);
