/**
 * Which files belong to which layer: the layers of each kind of project, with the globs of both
 * maps.
 */

import { layersByKind } from '../layer-map.js';
import { folderOf, projectNamed, projectsOfKind } from '../module-map.js';

/**
 * @typedef {import('../module-map.js').ProjectKind} ProjectKind
 *
 * @typedef {object} Placement
 * @property {ProjectKind | undefined} kind
 * @property {string} layer
 * @property {string[]} globs relative to the workspace; the first group is the project
 */

/**
 * @param {ProjectKind} kind
 * @returns {Placement[]}
 */
function placementsOf(kind) {
  const names = projectsOfKind(kind);
  const [parent] = names.map((name) => folderOf(name).split('/')[0]);
  return Object.entries(layersByKind[kind]).map(([layer, { files }]) => ({
    kind,
    layer,
    globs: files.map((glob) => `${parent}/@(${names.join('|')})/${glob}`),
  }));
}

/**
 * The ports listed in the module map.
 *
 * @returns {Placement[]}
 */
function ports() {
  return projectsOfKind('module').map((name) => ({
    kind: 'module',
    layer: 'port',
    globs: (projectNamed(name).ports ?? []).map((file) => `libs/@(${name})/src/${file}.ts`),
  }));
}

/** The first match wins, and a file that matches nothing is an error. */
export const placements = [
  ...ports(),
  ...placementsOf('module'),
  ...placementsOf('foundation'),
  ...placementsOf('app'),
  ...placementsOf('tool'),
  { kind: undefined, layer: 'workspace', globs: ['*.@(ts|js|mjs)'] },
].filter(({ globs }) => globs.length > 0);
