/** Which files are of which layer: the layers of each kind of project, with the globs of both maps. */

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
 * The files that the module map lists by name.
 *
 * @returns {Placement[]}
 */
function listedPlacements() {
  return projectsOfKind('module').flatMap((name) => {
    const { ports = [], parts = [] } = projectNamed(name);
    const source = `libs/@(${name})/src`;
    return [
      { kind: 'module', layer: 'port', globs: ports.map((file) => `${source}/${file}.ts`) },
      {
        kind: 'module',
        layer: 'internal/part',
        globs: parts.map((file) => `${source}/internal/${file}.ts`),
      },
    ];
  });
}

/** The first that matches counts, and a file that none matches is an error. */
export const placements = [
  ...listedPlacements(),
  ...placementsOf('module'),
  ...placementsOf('foundation'),
  ...placementsOf('app'),
  ...placementsOf('tool'),
  { kind: undefined, layer: 'workspace', globs: ['*.@(ts|js|mjs)'] },
].filter(({ globs }) => globs.length > 0);
