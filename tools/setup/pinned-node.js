import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const workspaceRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

const { devDependencies } = JSON.parse(readFileSync(join(workspaceRoot, 'package.json'), 'utf8'));

/** The version of Node that npm installs and everything in this workspace runs on. */
export const pinnedNodeVersion = `v${devDependencies.node}`;

/**
 * Says what is wrong with a version of Node, `undefined` when it is the pinned one.
 *
 * @param {string} version
 */
export function findNodeProblem(version) {
  return version === pinnedNodeVersion
    ? undefined
    : [
        `This workspace runs on Node ${pinnedNodeVersion}, which npm installs into node_modules, but this is ${version}.`,
        'By an npm script (npm start, npm test, npm run …) or npx it runs on the right one, unless npm',
        'is set to ignore install scripts; then run: npm rebuild node --ignore-scripts=false',
      ].join('\n');
}
