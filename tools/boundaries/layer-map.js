/**
 * The layers of each kind of project, which files make them up, and what each may import. Like the
 * module map this is an allow-list: a file that no layer claims and an import that no layer grants
 * are errors. `because` and `instead` are what a developer reads when lint refuses an import.
 *
 * @typedef {object} Layer
 * @property {readonly string[]} files globs relative to the project's folder; the first layer wins
 * @property {readonly string[]} own layers of the same project that it may import
 * @property {readonly string[]} [ownTypes] layers of the same project it may `import type` from
 * @property {readonly string[]} [doors] entry points of other projects that it may import: `index`
 *   is that of any project which the module map grants, `core:index` that of core alone
 * @property {readonly string[]} [doorTypes] entry points it may `import type` from
 * @property {'any' | readonly string[]} packages packages from npm and of Node
 * @property {string} because
 * @property {string} instead
 */

import { doorLayers } from './layers/door-layers.js';
import { foundationLayers } from './layers/foundation-layers.js';
import { moduleLayers } from './layers/module-layers.js';
import { appLayers, surroundingLayers, toolLayers } from './layers/surrounding-layers.js';

/** @typedef {import('./module-map.js').ProjectKind} ProjectKind */

export const libraryLayers = { ...doorLayers, ...moduleLayers, ...foundationLayers };

/** What surrounds the sources of a library: its tests and configurations. */
export const surroundings = surroundingLayers;

/** @type {Readonly<Record<ProjectKind, Readonly<Record<string, Layer>>>>} */
export const layersByKind = {
  module: { ...doorLayers, ...moduleLayers, ...surroundingLayers },
  foundation: { ...doorLayers, ...foundationLayers, ...surroundingLayers },
  app: appLayers,
  tool: toolLayers,
};

export const allLayers = { ...libraryLayers, ...surroundingLayers, ...appLayers, ...toolLayers };
