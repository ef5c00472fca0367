/** Wall 3 between projects: edges missing from the module map, with helpful messages. */

import { allLayers, shippedLayers, surroundingLayers } from '../layer-map.js';
import { projectNamed, projects, testDependencies } from '../module-map.js';
import { refuse, sourceProject, targetProject } from './messages.js';

const ends = {
  module: 'library',
  foundation: 'library',
  composition: 'composition',
  app: 'app',
  tool: 'tool',
};

/**
 * Why an edge missing from the module map is rejected, by the kinds of its ends.
 *
 * @type {Readonly<Record<string, readonly [because: string, instead: string]>>}
 */
const missingEdges = {
  'library → library': [
    `tools/boundaries/module-map.js does not list ${targetProject} in the dependencies of ${sourceProject}`,
    `add it there and in package.json if ${targetProject} is the lower of the two; otherwise declare the interface that ${sourceProject} needs as one of its ports, and let ${targetProject} implement it`,
  ],
  'library → composition': [
    'a composition is built of libraries, and only apps are built of it',
    `take what ${sourceProject} needs as an option, and let the composition pass it`,
  ],
  'composition → library': [
    `tools/boundaries/module-map.js does not list ${targetProject} in the dependencies of ${sourceProject}`,
    'add it there and in package.json if every program has it; otherwise let the app pass it',
  ],
  'composition → app': ['an app is built of it', 'take it as an option, and let the app pass it'],
  'composition → tool': ['tools are not shipped', 'use them in test/'],
  'app → composition': [
    'this app sees the program from outside',
    'speak HTTP to the started program',
  ],
  'tool → composition': [
    'a tool stands outside of the program',
    'start the program and speak to it',
  ],
  'library → app': [
    'an app is where the libraries are put together',
    `take what ${sourceProject} needs as an option, and let the app pass it`,
  ],
  'library → tool': ['tools are not shipped', 'use them in test/'],
  'app → library': ['this app sees the program from outside', 'speak HTTP to the started program'],
  'app → app': ['an app is a program, not a library', 'start it, or move the code to a library'],
  'app → tool': ['tools are not shipped', 'use them in test/'],
  'tool → library': ['a tool stands outside of the program', 'start the program and speak to it'],
  'tool → app': ['a tool stands outside of the program', 'start the program and speak to it'],
  'tool → tool': [
    'tools/boundaries/module-map.js names no such edge',
    'add it there if it is meant',
  ],
};

/** @param {string} name */
function endOf(name) {
  return ends[projectNamed(name).kind];
}

/**
 * @param {string} name
 * @param {string} part which files of the project: those it ships, or its tests
 * @param {object} layers
 * @param {readonly string[]} allowed
 */
function refusalsOf(name, part, layers, allowed) {
  const others = Object.keys(projects).filter((other) => ![name, ...allowed].includes(other));
  return Object.entries(missingEdges).flatMap(([edge, [because, instead]]) => {
    const targets = others.filter((other) => edge === `${endOf(name)} → ${endOf(other)}`);
    const from = { file: { categories: Object.keys(layers), captured: { project: name } } };
    const disallow = { to: { file: { captured: { project: targets } } } };
    const id = `${name}${part} → ${targets.join(', ')}`;
    return targets.length === 0
      ? []
      : refuse({ id, project: name, from, disallow, because, instead });
  });
}

export const directions = Object.entries(projects).flatMap(([name, project]) => {
  const allowed = [...project.dependencies, ...(project.dynamicDependencies ?? [])];
  if (!['library', 'composition'].includes(endOf(name))) {
    return refusalsOf(name, '', allLayers, allowed);
  }
  const inTests = [...allowed, ...testDependencies];
  return [
    ...refusalsOf(name, '', shippedLayers, allowed),
    ...refusalsOf(name, ' (tests)', surroundingLayers, inTests),
  ];
});

/** Tests and configurations of an app may import what it loads. */
export const dynamicOnly = Object.entries(projects).flatMap(
  ([name, { dynamicDependencies = [] }]) =>
    dynamicDependencies.map((target) =>
      refuse({
        id: `${name} → ${target} (static)`,
        project: name,
        from: { file: { categories: 'app', captured: { project: name } } },
        disallow: {
          to: { file: { captured: { project: target } } },
          dependency: { nodeKind: '!dynamic-import' },
        },
        because: 'the program must start where it is not installed',
        instead: 'load it by import() where it is needed',
      }),
    ),
);
