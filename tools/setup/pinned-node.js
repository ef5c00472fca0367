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
        'Start it by an npm script (npm start, npm test, npm run …) or npx. If npm is set to ignore',
        'install scripts (npm config get ignore-scripts), run: npm rebuild node --ignore-scripts=false',
      ].join('\n');
}
