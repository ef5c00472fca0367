/** Loaded before the first TypeScript file, which another Node could not read. */
import nodeModule from 'node:module';
import { join } from 'node:path';

import { findNodeProblem, workspaceRoot } from './pinned-node.js';

const problem = findNodeProblem(process.version);
if (problem !== undefined) {
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}

// TypeScript is stripped and compiled once, not at every start: a third of the time of a start.
nodeModule.enableCompileCache(join(workspaceRoot, 'node_modules', '.cache', 'compiled'));
