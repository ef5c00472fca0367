/** The module map in readable form. */

import { projectNamed, projectsOfKind } from '../module-map.js';

/** @typedef {import('../module-map.js').ProjectKind} ProjectKind */

/** @type {readonly {title: string, kinds: readonly ProjectKind[]}[]} */
const groups = [
  { title: 'apps', kinds: ['app'] },
  { title: 'libs', kinds: ['module', 'foundation'] },
  { title: 'tools', kinds: ['tool'] },
];

/** Every project with the projects it may import; `(import() only)` marks those it must not need. */
export function describeAsText() {
  return groups
    .map(({ title, kinds }) => [title, ...projectsOfKind(...kinds).map(line), ''].join('\n'))
    .join('\n');
}

/** @param {string} name */
function line(name) {
  const { dependencies, dynamicDependencies = [] } = projectNamed(name);
  const targets = [
    ...dependencies,
    ...dynamicDependencies.map((each) => `${each} (import() only)`),
  ];
  return targets.length === 0 ? `  ${name}` : `  ${name} → ${targets.join(', ')}`;
}

/** The same as a flowchart; a dotted arrow is `import()` only. */
export function describeAsMermaid() {
  const drawn = groups.map(({ title, kinds }) => {
    const nodes = projectsOfKind(...kinds).map((name) => `    ${name}`);
    return [`  subgraph ${title}`, ...nodes, '  end'].join('\n');
  });
  const arrows = groups.flatMap(({ kinds }) => projectsOfKind(...kinds).flatMap(arrowsFrom));
  return ['flowchart LR', ...drawn, ...arrows].join('\n');
}

/** @param {string} name */
function arrowsFrom(name) {
  const { dependencies, dynamicDependencies = [] } = projectNamed(name);
  return [
    ...dependencies.map((target) => `  ${name} --> ${target}`),
    ...dynamicDependencies.map((target) => `  ${name} -.-> ${target}`),
  ];
}
