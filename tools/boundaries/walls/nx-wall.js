/** Wall 2: the constraints of @nx/enforce-module-boundaries, built from the module map. */

import {
  folderOf,
  packageOf,
  packagedProjects,
  projectNamed,
  projectsOfKind,
  scope,
  tagOf,
  testDependencies,
} from '../module-map.js';

/** @param {readonly string[]} additional additional projects that libraries may import */
function constraints(additional) {
  return packagedProjects.map((name) => {
    const { dependencies, dynamicDependencies = [] } = projectNamed(name);
    const allowed = [...dependencies, ...dynamicDependencies];
    const inLibrary = folderOf(name).startsWith('libs/') ? additional : [];
    const onlyDependOnLibsWithTags = [...allowed, ...inLibrary].map(tagOf);
    return { sourceTag: tagOf(name), onlyDependOnLibsWithTags };
  });
}

const everywhere = { banTransitiveDependencies: true };

const forSources = {
  ...everywhere,
  enforceBuildableLibDependency: true,
  depConstraints: constraints([]),
};

export const nxRule = ['error', forSources];

/** Nx refuses every import of an app, also one that the module map grants to another app. */
export const nxConfigurationsOfApps = projectsOfKind('app')
  .map((name) => ({
    folder: folderOf(name),
    allow: projectNamed(name)
      .dependencies.filter((other) => projectNamed(other).kind === 'app')
      .map((other) => `^${packageOf(other)}$`),
  }))
  .filter(({ allow }) => allow.length > 0)
  .map(({ folder, allow }) => ({
    files: [`${folder}/src/**/*.ts`],
    rules: { '@nx/enforce-module-boundaries': ['error', { ...forSources, allow }] },
  }));

/**
 * For tests and configurations. They are not built, so their imports need not be either. A
 * library's may import the library by name, like its users; an app's may statically import what the
 * app itself loads only with import().
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
