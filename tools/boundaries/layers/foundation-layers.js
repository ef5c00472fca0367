/** @typedef {import('../layer-map.js').Layer} Layer */

/**
 * The layers of a foundation library such as core.
 *
 * @type {Readonly<Record<string, Layer>>}
 */
export const foundationLayers = {
  'store/index': {
    files: ['src/store/index.ts'],
    own: ['src/store'],
    packages: [],
    because: 'this entry point is storage, nothing else',
    instead: 'put the code into a file of src/store and export it by name',
  },
  'src/store': {
    files: ['src/store/*.ts'],
    own: ['src', 'src/store'],
    doors: ['index'],
    packages: 'any',
    because: 'storage knows nothing of HTTP',
    instead: 'move what both need to src/',
  },
  'src/rest-api': {
    files: ['src/rest-api/*.ts'],
    own: ['src', 'src/rest-api'],
    doors: ['index'],
    packages: 'any',
    because: 'HTTP conventions know nothing of storage',
    instead: 'move what both need to src/',
  },
  'src/testing': {
    files: ['src/testing/*.ts'],
    own: ['src', 'store/index', 'rest-api/index', 'src/testing'],
    doors: ['index'],
    packages: 'any',
    because: 'test support uses the library as its users do',
    instead: 'go through src/store/index.ts or src/rest-api/index.ts',
  },
  src: {
    files: ['src/*.ts'],
    own: ['src'],
    doors: ['index'],
    packages: 'any',
    because: 'the root of a foundation library loads neither MongoDB nor Fastify',
    instead: 'move the code to src/store or src/rest-api',
  },
};
