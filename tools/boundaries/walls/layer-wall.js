/** Wall 3: the configuration of eslint-plugin-boundaries, built from the two maps. */

import { fileURLToPath } from 'node:url';

import { layersByKind } from '../layer-map.js';
import { folderOf, projectNamed, projects, projectsOfKind, scope } from '../module-map.js';
import { directions, dynamicOnly } from './directions.js';
import { layerPolicies, packagePolicies } from './layer-policies.js';
import { refusal } from './messages.js';
import { waysOfImporting } from './ways-of-importing.js';

/**
 * @typedef {import('./messages.js').Policy} Policy
 * @typedef {import('../module-map.js').ProjectKind} ProjectKind
 *
 * @typedef {object} Placement which files belong to which layer
 * @property {ProjectKind | undefined} kind
 * @property {string} layer
 * @property {string[]} globs relative to the workspace; the first group is the project
 */

const workspaceRoot = fileURLToPath(new URL('../../..', import.meta.url));
const folders = Object.fromEntries(Object.keys(projects).map((name) => [name, folderOf(name)]));
const kinds = /** @type {readonly ProjectKind[]} */ (Object.keys(layersByKind));

/**
 * The first match wins, and a file that matches nothing is an error. Ports come first: the module
 * map lists them.
 *
 * @type {readonly Placement[]}
 */
const placements = [
  ...projectsOfKind('module').map((name) => ({
    kind: /** @type {const} */ ('module'),
    layer: 'port',
    globs: (projectNamed(name).ports ?? []).map((file) => `libs/@(${name})/src/${file}.ts`),
  })),
  ...kinds.flatMap((kind) => {
    const names = projectsOfKind(kind);
    const [parent] = names.map((name) => folderOf(name).split('/')[0]);
    return Object.entries(layersByKind[kind]).map(([layer, { files }]) => ({
      kind,
      layer,
      globs: files.map((glob) => `${parent}/@(${names.join('|')})/${glob}`),
    }));
  }),
  { kind: undefined, layer: 'workspace', globs: ['*.@(ts|js|mjs)'] },
].filter(({ globs }) => globs.length > 0);

const settings = {
  'boundaries/root-path': workspaceRoot,
  'boundaries/files': placements.map(({ kind, layer, globs }) => ({
    category: layer,
    pattern: globs,
    capture: [kind === undefined ? 'file' : 'project'],
  })),
  'boundaries/files-single-match': true,
  'boundaries/legacy-templates': false,
  'boundaries/dependency-nodes': ['import', 'dynamic-import', 'export', 'require'],
  'boundaries/additional-dependency-nodes': [
    { selector: 'TSImportType > Literal', kind: 'type', name: 'import' },
    { selector: 'TSExternalModuleReference > Literal', kind: 'value', name: 'require' },
    {
      selector: 'CallExpression[callee.object.name=require] > Literal',
      kind: 'value',
      name: 'require',
    },
  ],
  'import/resolver': {
    [fileURLToPath(new URL('workspace-resolver.cjs', import.meta.url))]: {
      root: workspaceRoot,
      scope,
      folders,
    },
  },
};

/**
 * Later policies win over earlier ones.
 *
 * @type {readonly Policy[]}
 */
export const policies = [
  ...layerPolicies,
  ...waysOfImporting,
  ...directions,
  ...dynamicOnly,
  ...packagePolicies,
];

/** @param {readonly Policy[]} applied */
function ruleWith(applied) {
  return {
    'boundaries/dependencies': [
      'error',
      {
        default: 'disallow',
        checkAllOrigins: true,
        checkUnknownLocals: true,
        message: refusal('no layer grants it', 'see tools/boundaries/layer-map.js'),
        policies: applied.map(({ policy }) => policy),
      },
    ],
  };
}

/**
 * Each file gets only the policies that can apply to it, since the plugin tries every policy on
 * every import. A file without policies may import nothing.
 */
export const layerConfigurations = [
  { settings, rules: { 'boundaries/no-unknown-files': 'error', ...ruleWith([]) } },
  ...placements.toReversed().map(({ kind, layer, globs }) => {
    const applied = policies.filter(
      (policy) =>
        (policy.layer ?? layer) === layer &&
        (policy.project === undefined || projectNamed(policy.project).kind === kind),
    );
    return { files: globs, rules: ruleWith(applied) };
  }),
];
