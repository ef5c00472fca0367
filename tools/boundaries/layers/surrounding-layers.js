/** @typedef {import('../layer-map.js').Layer} Layer */

import { shippedLayers } from './composition-layers.js';

const librarySources = Object.keys(shippedLayers);

/** @type {Layer} */
const configuration = {
  files: ['vitest.config.ts'],
  own: [],
  doors: ['tool/index'],
  packages: 'any',
  because: 'a configuration runs before there is anything to import',
  instead: 'keep the configuration self-contained',
};

/**
 * Files around a library's sources.
 *
 * @type {Readonly<Record<string, Layer>>}
 */
export const surroundingLayers = {
  test: {
    files: ['test/**/*.ts'],
    own: ['test', ...librarySources],
    doors: ['index', 'store/index', 'testing/index', 'core:rest-api/index', 'tool/index'],
    packages: 'any',
    because: 'a test sees its own library from inside and the others as their users do',
    instead: 'import what the other package exports',
  },
  config: configuration,
};

/** @type {Readonly<Record<string, Layer>>} */
export const appLayers = {
  'app/config': { ...configuration, files: ['*.@(ts|js|mjs)'] },
  'app/bin': {
    files: ['bin/*.js'],
    own: [],
    packages: ['node:*', 'node:*/**'],
    because: 'what npm links only starts the sources, on the pinned Node',
    instead: 'do the work in src/main.ts, which it starts in a process of its own',
  },
  'app/test': {
    files: ['test/**/*.ts'],
    own: ['app', 'app/test'],
    doors: ['index', 'store/index', 'rest-api/index', 'testing/index', 'tool/index'],
    packages: 'any',
    because: 'a test of an app sees the libraries as the app does',
    instead: 'import what the package exports',
  },
  'app/index': {
    files: ['src/index.ts'],
    own: ['app'],
    packages: [],
    because: 'this entry point is what another app may compose, nothing else',
    instead: 'put the code into a file of its own and export it by name',
  },
  app: {
    files: ['src/**/*.@(ts|tsx)'],
    own: ['app'],
    doors: ['index', 'store/index', 'rest-api/index', 'app/index', 'tool/index'],
    packages: 'any',
    because: 'an app mounts the libraries and uses what they export',
    instead: 'import what the package exports',
  },
};

/** @type {Layer} */
const tool = {
  files: ['**/*.@(ts|js|cjs|mjs)'],
  own: ['tool', 'tool/index'],
  doors: ['index', 'store/index', 'tool/index'],
  packages: 'any',
  because: 'a tool stands outside of the program',
  instead: 'run the program, or give the tool what it needs as a parameter',
};

/** @type {Readonly<Record<string, Layer>>} */
export const toolLayers = {
  'tool/index': {
    ...tool,
    files: ['index.js', 'src/index.ts', 'src/vitest-global-setup.ts'],
    own: ['tool'],
    doors: [],
  },
  tool,
};
