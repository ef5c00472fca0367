import { buildProjectGraph } from '../project-graph.js';

/** The fixtures need Nx's wall, which needs the graph. */
export function setup(): void {
  buildProjectGraph();
}
