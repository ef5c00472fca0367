/** @typedef {import('../layer-map.js').Layer} Layer */

const leaves = ['types', 'errors', 'port'];
const calculations = ['internal/util', 'internal/policy'];
const node = ['node:*', 'node:*/**'];

/**
 * The layers of a domain library, from the top down.
 *
 * @type {Readonly<Record<string, Layer>>}
 */
export const moduleLayers = {
  'rest-api': {
    files: ['src/rest-api/*-@(rest-api-server|router|view|schema|guard).ts'],
    own: ['rest-api', 'service', ...leaves],
    doors: ['core:index', 'core:rest-api/index'],
    packages: ['fastify', 'fastify-plugin', '@fastify/*', 'typebox', ...node],
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
    own: [
      'service',
      'internal/reader',
      'internal/writer',
      ...calculations,
      'internal/part',
      'internal/store/repository',
      ...leaves,
    ],
    doors: ['index'],
    doorTypes: ['store/index'],
    packages: 'any',
    because: 'a service is one method per use case, without HTTP and without MongoDB',
    instead: 'read through internal/*-reader.ts, change through internal/*-writer.ts',
  },
  types: {
    files: ['src/types.ts'],
    own: [],
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
    doors: ['core:index', 'core:store/index'],
    packages: ['mongodb', ...node],
    because: 'a repository is storage of one collection and knows nobody above it',
    instead: 'let internal/*-reader.ts or internal/*-writer.ts decide and call the repository',
  },
  'internal/store/model': {
    files: ['src/internal/**/store/*-model.ts'],
    own: [...leaves],
    doors: ['core:index', 'core:store/index'],
    packages: ['mongodb', ...node],
    because: 'a model is the shape of one document and knows nobody above it',
    instead: 'let the caller pass what the model needs',
  },
  'internal/reader': {
    files: ['src/internal/**/*-reader.ts'],
    own: [...calculations, 'internal/store/repository', 'internal/store/model', ...leaves],
    ownTypes: ['internal/part'],
    doors: ['index', 'core:store/index'],
    packages: 'any',
    because: 'a reader only reads, through its util and its store',
    instead: 'let {{from.file.captured.project}}-service.ts call both',
  },
  'internal/writer': {
    files: ['src/internal/**/*-writer.ts'],
    own: [...calculations, 'internal/store/repository', 'internal/store/model', ...leaves],
    ownTypes: ['internal/part'],
    doors: ['index', 'core:store/index'],
    packages: 'any',
    because: 'a writer only changes state, through its util and its store',
    instead: 'let {{from.file.captured.project}}-service.ts call both',
  },
  'internal/util': {
    files: ['src/internal/**/*-util.ts'],
    own: ['internal/util', 'internal/store/model', ...leaves],
    doors: ['index'],
    packages: 'any',
    because: 'a util computes; it reads and stores nothing',
    instead: 'pass in what it needs from internal/*-reader.ts or internal/*-writer.ts',
  },
  'internal/policy': {
    files: ['src/internal/**/*-policy.ts'],
    own: ['internal/policy', 'internal/util', ...leaves],
    doors: ['index'],
    packages: 'any',
    because: 'a policy decides from what it is given',
    instead: 'pass in what it needs from internal/*-reader.ts or internal/*-writer.ts',
  },
  'internal/part': {
    // The module map lists the files, so that each is a decision.
    files: [],
    own: ['internal/part', 'internal/reader', 'internal/writer', ...calculations, ...leaves],
    doors: ['index'],
    packages: 'any',
    because: 'a part works through readers and writers and is passed to whoever needs it',
    instead: 'give it a reader or a writer through its constructor',
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
