/** @typedef {import('../layer-map.js').Layer} Layer */

const leaves = ['types', 'errors', 'port'];

/**
 * Entry points of libraries: the `exports` in their package.json. Other projects may import nothing
 * else.
 *
 * @type {Readonly<Record<string, Layer>>}
 */
export const doorLayers = {
  index: {
    files: ['src/index.ts'],
    own: ['service', ...leaves, 'src'],
    packages: [],
    because: 'a barrel is a table of contents of the service, its types and its errors',
    instead: 'export what the service offers; internals stay inside',
  },
  'rest-api/index': {
    files: ['src/rest-api/index.ts'],
    own: ['rest-api', 'src/rest-api'],
    packages: [],
    because: 'this entry point is the Fastify plugin and its options, nothing else',
    instead: 'export it from src/index.ts if it is no HTTP',
  },
  'testing/index': {
    files: ['src/testing/index.ts'],
    own: ['testing', 'src/testing'],
    packages: [],
    because: 'this entry point is what tests share, nothing else',
    instead: 'put the code into a file of src/testing and export it by name',
  },
};
