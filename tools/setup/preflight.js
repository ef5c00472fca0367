/** Loaded before the first TypeScript file, which another Node could not read. */
// An older Node has no export of that name, and would fail before it is told.
import nodeModule from 'node:module';
import { join } from 'node:path';

import { findNodeProblem, workspaceRoot } from './pinned-node.js';

const problem = findNodeProblem(process.version);
if (problem !== undefined) {
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}

// TypeScript is stripped and compiled once, not at every start, which saves a third of it.
nodeModule.enableCompileCache(join(workspaceRoot, 'node_modules', '.cache', 'compiled'));
