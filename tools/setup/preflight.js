/** Loaded before the first TypeScript file, which another Node could not read. */
import { findNodeProblem } from './pinned-node.js';

const problem = findNodeProblem(process.version);
if (problem !== undefined) {
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}
