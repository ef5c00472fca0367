import { buildProjectGraph } from '../lint.js';

/** The fixtures need Nx's wall, which needs the graph. */
export function setup(): void {
  buildProjectGraph();
}
