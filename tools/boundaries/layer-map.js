/**
 * The layers of each kind of project, with their files and allowed imports. Like the module map,
 * this is an allow-list: a file that belongs to no layer, or an import that no layer allows, is an
 * error. Lint shows `because` and `instead` when it rejects an import.
 *
 * @typedef {object} Layer
 * @property {readonly string[]} files globs relative to the project's folder; the first layer wins
 * @property {readonly string[]} own layers of the same project it may import
 * @property {readonly string[]} [ownTypes] layers of the same project it may `import type` from
 * @property {readonly string[]} [doors] entry points of other projects it may import: `index` is
 *   that of any project that the module map allows, `core:index` only that of core
 * @property {readonly string[]} [doorTypes] entry points it may `import type` from
 * @property {'any' | readonly string[]} packages npm packages and Node built-ins
 * @property {string} because
 * @property {string} instead
 */

import { compositionLayers, shippedLayers } from './layers/composition-layers.js';
import {
  doorLayers,
  foundationLayers,
  libraryLayers,
  moduleLayers,
} from './layers/library-layers.js';
import { appLayers, surroundingLayers, toolLayers } from './layers/surrounding-layers.js';

/** @typedef {import('./module-map.js').ProjectKind} ProjectKind */

export { libraryLayers, shippedLayers, surroundingLayers };

/** @type {Readonly<Record<ProjectKind, Readonly<Record<string, Layer>>>>} */
export const layersByKind = {
  module: { ...doorLayers, ...moduleLayers, ...surroundingLayers },
  foundation: { ...doorLayers, ...foundationLayers, ...surroundingLayers },
  composition: { ...doorLayers, ...compositionLayers, ...surroundingLayers },
  app: appLayers,
  tool: toolLayers,
};

export const allLayers = {
  ...shippedLayers,
  ...surroundingLayers,
  ...appLayers,
  ...toolLayers,
};

/**
 * Packages that only some layers may import, whatever else they are allowed.
 *
 * @typedef {{packages: readonly string[], layers: readonly string[], because: string, instead: string}} ReservedPackages
 * @type {Readonly<Record<string, ReservedPackages>>}
 */
export const reservedPackages = {
  mongodb: {
    packages: ['mongodb'],
    layers: ['internal/store/repository', 'internal/store/model', 'src/store'],
    because: 'nothing of MongoDB leaves internal/store',
    instead: 'add what you need to the repository',
  },
  fastify: {
    packages: ['fastify', 'fastify-plugin', '@fastify/*'],
    layers: ['rest-api', 'src/rest-api'],
    because: 'HTTP is a separate door; importing the module must not load it',
    instead: 'handle requests in src/rest-api',
  },
  typebox: {
    packages: ['typebox'],
    layers: ['rest-api', 'src/rest-api', 'events', 'fields', 'src', 'src/testing'],
    because: 'schemas describe what passes between modules and programs',
    instead:
      'declare requests and answers in src/rest-api, events in src/events.ts, fields of accounts in src/fields',
  },
};
