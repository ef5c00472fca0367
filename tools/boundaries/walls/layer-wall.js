/** Wall 3: the configuration of eslint-plugin-boundaries, built from the two maps. */

import { fileURLToPath } from 'node:url';

import { folderOf, projectNamed, projects, scope } from '../module-map.js';
import { directions, dynamicOnly } from './directions.js';
import { layerPolicies, packagePolicies } from './layer-policies.js';
import { refusal } from './messages.js';
import { placements } from './placements.js';
import { waysOfImporting } from './ways-of-importing.js';

/**
 * @typedef {import('./layer-policies.js').Policy} Policy
 * @typedef {import('./placements.js').Placement} Placement
 */

const workspaceRoot = fileURLToPath(new URL('../../..', import.meta.url));
const folders = Object.fromEntries(Object.keys(projects).map((name) => [name, folderOf(name)]));

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

/** Later policies win over earlier ones. */
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

/** @param {Placement} placement */
function concerns({ kind, layer }) {
  return (/** @type {Policy} */ { layer: onlyLayer, project: onlyProject }) =>
    (onlyLayer === undefined || onlyLayer === layer) &&
    (onlyProject === undefined || projectNamed(onlyProject).kind === kind);
}

/**
 * Each file gets only the policies that can apply to it, since the plugin tries every policy on
 * every import. A file without policies may import nothing.
 */
export const layerConfigurations = [
  { settings, rules: { 'boundaries/no-unknown-files': 'error', ...ruleWith([]) } },
  ...placements.toReversed().map((placement) => ({
    files: placement.globs,
    rules: ruleWith(policies.filter(concerns(placement))),
  })),
];
