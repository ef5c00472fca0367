import { lstatSync } from 'node:fs';
import { join } from 'node:path';

import { workspaceRoot } from './pinned-node.js';

export const modulesFolder = join(workspaceRoot, 'node_modules');

/** Says why nothing can be installed: npm would empty what a linked node_modules points to. */
export function findInstallProblem() {
  return lstatSync(modulesFolder, { throwIfNoEntry: false })?.isSymbolicLink()
    ? 'node_modules is a link: installing would empty the folder that it points to. Remove the link first: rm node_modules'
    : undefined;
}
