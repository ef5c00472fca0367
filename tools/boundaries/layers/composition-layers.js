/** @typedef {import('../layer-map.js').Layer} Layer */

import { libraryLayers } from './library-layers.js';

/**
 * The layers of a library that builds and mounts modules.
 *
 * @type {Readonly<Record<string, Layer>>}
 */
export const compositionLayers = {
  'composition/testing': {
    files: ['src/testing/*.ts'],
    own: ['composition', 'composition/testing'],
    doors: ['index', 'store/index', 'testing/index'],
    packages: 'any',
    because: 'test support builds what programs build, on a database and a clock of its own',
    instead: 'put what programs need as well into src/',
  },
  composition: {
    files: ['src/*.ts'],
    own: ['composition'],
    doors: ['index', 'store/index', 'rest-api/index'],
    packages: 'any',
    because: 'a composition builds and mounts modules by what they export',
    instead: 'import what the package exports',
  },
};

/** What a published library consists of. */
export const shippedLayers = { ...libraryLayers, ...compositionLayers };
