/** @typedef {import('../layer-map.js').Layer} Layer */

const leaves = ['types', 'errors', 'port'];
const node = ['node:*', 'node:*/**'];
const stores = ['core:store/index', 'queue:store/index'];

/**
 * Entry points of libraries: the `exports` in their package.json. Other projects may import nothing
 * else.
 *
 * @type {Readonly<Record<string, Layer>>}
 */
export const doorLayers = {
  index: {
    files: ['src/index.ts'],
    own: ['service', 'module', 'events', 'fields', ...leaves, 'src', 'composition'],
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
    own: ['testing', 'src/testing', 'composition/testing'],
    packages: [],
    because: 'this entry point is what tests share, nothing else',
    instead: 'put the code into a file of src/testing and export it by name',
  },
};

/**
 * The layers of a domain library, from the top down.
 *
 * @type {Readonly<Record<string, Layer>>}
 */
export const moduleLayers = {
  'rest-api': {
    files: ['src/rest-api/*-@(rest-api-server|router|view|schema|guard|cookie).ts'],
    own: ['rest-api', 'service', ...leaves],
    ownTypes: ['fields'],
    doors: ['core:index', 'core:rest-api/index'],
    packages: ['fastify', 'fastify-plugin', '@fastify/*', 'typebox', 'cookie', ...node],
    because: 'HTTP turns a request into a call of the service and its answer into a reply',
    instead:
      'call {{from.file.captured.project}}-service.ts, or take it as an option of the plugin',
  },
  testing: {
    files: ['src/testing/*.ts'],
    own: ['testing', 'service', ...leaves],
    doors: ['index', 'testing/index'],
    packages: ['vitest', ...node],
    because: 'a contract suite runs against any implementation',
    instead: 'take the implementation as a parameter of the suite',
  },
  service: {
    files: ['src/*-service.ts'],
    own: ['service', 'internal', 'events', 'fields', ...leaves],
    doors: ['index'],
    doorTypes: ['store/index'],
    packages: 'any',
    because: 'a service is one method per use case, without HTTP and without MongoDB',
    instead: 'read through internal/*-reader.ts, change through internal/*-writer.ts',
  },
  module: {
    files: ['src/module.ts'],
    own: ['events', 'internal'],
    ownTypes: ['types'],
    doors: ['index'],
    packages: [],
    because: 'module.ts states what the module owns, as data',
    instead: 'name it here, and do it in the service',
  },
  events: {
    files: ['src/events.ts'],
    own: [],
    doors: ['events:index'],
    packages: ['typebox'],
    because: 'events.ts is a leaf: what happens here, for others to hear',
    instead: 'publish an id, and let the listener ask the service',
  },
  fields: {
    files: ['src/fields/*.ts'],
    own: ['fields'],
    doors: ['core:index'],
    doorTypes: ['core:store/index'],
    packages: ['typebox', 'typebox/*'],
    because: 'fields are what programs declare beside ours: schemas, and what follows from them',
    instead: 'return what follows, and let the service or internal/ act on it',
  },
  types: {
    files: ['src/types.ts'],
    own: [],
    ownTypes: ['fields'],
    doorTypes: ['index'],
    packages: [],
    because: 'types.ts is a leaf that erases to nothing',
    instead: '`import type` from @org/core or declare the type here',
  },
  errors: {
    files: ['src/errors.ts'],
    own: [],
    ownTypes: ['types'],
    doors: ['core:index'],
    packages: [],
    because: 'errors.ts is a leaf: codes and subclasses of AppError',
    instead: 'pass what the error needs to its constructor',
  },
  'internal/store/repository': {
    files: ['src/internal/**/store/*-repository.ts'],
    own: ['internal/store/model', ...leaves],
    doors: ['core:index', ...stores],
    packages: ['mongodb', ...node],
    because: 'a repository is storage of one collection and knows nobody above it',
    instead: 'let a file of internal/ decide and call the repository',
  },
  'internal/store/model': {
    files: ['src/internal/**/store/*-model.ts'],
    own: [...leaves],
    doors: ['core:index', ...stores],
    packages: ['mongodb', ...node],
    because: 'a model is the shape of one document and knows nobody above it',
    instead: 'let the caller pass what the model needs',
  },
  internal: {
    files: ['src/internal/*.ts', 'src/internal/!(store)/*.ts'],
    own: [
      'internal',
      'internal/store/repository',
      'internal/store/model',
      'events',
      'fields',
      ...leaves,
    ],
    doors: ['index', ...stores],
    packages: 'any',
    because: 'what is inside knows neither HTTP nor the service that uses it',
    instead: 'let {{from.file.captured.project}}-service.ts call it and pass in what it needs',
  },
  port: {
    // The module map lists the files: an interface is named for what it does, not as a port.
    files: [],
    own: [],
    ownTypes: ['types', 'errors'],
    doorTypes: ['index'],
    packages: [],
    because: 'a port is an interface that another module implements',
    instead: '`import type` what its methods take and answer',
  },
};

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
    doors: ['index', 'store/index'],
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
    own: ['src', 'src/store'],
    doors: ['index'],
    doorTypes: ['store/index'],
    packages: 'any',
    because: 'the root of a foundation library knows no HTTP and uses no door of its own',
    instead: 'import the file of src/store that you need, or move the code to src/rest-api',
  },
};

/** Of domain and foundation libraries. */
export const libraryLayers = { ...doorLayers, ...moduleLayers, ...foundationLayers };
