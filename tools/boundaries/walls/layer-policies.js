/** Wall 3 inside a project: the layer map's rules as policies of eslint-plugin-boundaries. */

import { allLayers, libraryLayers, reservedPackages } from '../layer-map.js';
import { scope } from '../module-map.js';
import { refuse, sourceProject } from './messages.js';

/**
 * @typedef {import('../layer-map.js').Layer} Layer
 * @typedef {import('./messages.js').Policy} Policy
 */

const byName = { source: `${scope}/**` };
const asType = { kind: 'type' };

/** @param {readonly string[]} categories */
function ofSameProject(categories) {
  return { file: { categories, captured: { project: sourceProject } } };
}

/**
 * An entry point of another project: `index` is that of any, `core:index` only that of core.
 *
 * @param {string} door
 */
function doorNamed(door) {
  const [project, categories] = door.includes(':') ? door.split(':') : [`!${sourceProject}`, door];
  return { file: { categories, captured: { project } } };
}

/**
 * Everything is rejected first, then selectively allowed: the last matching policy wins.
 *
 * @param {string} name
 * @param {Layer} layer
 * @returns {readonly Policy[]}
 */
function policiesOf(name, { packages, because, instead, ...layer }) {
  const from = { file: { categories: name } };
  const source = packages === 'any' ? ['*', '@*/**'] : packages;
  const { own, ownTypes = [], doors = [], doorTypes = [] } = layer;
  const allow = [
    { to: ofSameProject(own) },
    { to: ofSameProject(ownTypes), dependency: asType },
    ...doors.map((door) => ({ to: doorNamed(door), dependency: byName })),
    ...doorTypes.map((door) => ({ to: doorNamed(door), dependency: { ...byName, ...asType } })),
    { to: { module: { origin: ['external', 'core'], source } } },
  ];
  const disallow = { to: { module: { origin: '*' } } };
  return [
    refuse({ id: `layer ${name}`, layer: name, from, disallow, because, instead }),
    { id: `grants of ${name}`, layer: name, policy: { from, allow } },
  ];
}

/** Files beside package.json configure the whole workspace: they may import packages and tools. */
const workspacePolicy = {
  id: 'grants of workspace',
  layer: 'workspace',
  policy: {
    from: { file: { categories: 'workspace' } },
    allow: {
      to: [
        { module: { origin: ['external', 'core'] } },
        { file: { categories: ['workspace', 'tool', 'tool/index'] } },
      ],
    },
  },
};

/** @type {readonly Policy[]} */
export const layerPolicies = [
  ...Object.entries(allLayers).flatMap(([name, layer]) => policiesOf(name, layer)),
  workspacePolicy,
];

export const packagePolicies = Object.entries(reservedPackages).map(
  ([name, { packages, layers, because, instead }]) => {
    const categories = Object.keys(libraryLayers).filter((layer) => !layers.includes(layer));
    const from = { file: { categories } };
    const disallow = { to: { module: { source: packages } } };
    return refuse({ id: `package ${name}`, from, disallow, because, instead });
  },
);
