import { execFileSync, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const workspaceRoot = fileURLToPath(new URL('../..', import.meta.url));

/** The types of all libraries, or of all that use them, take more than Node's own limit of memory. */
const RUNS = [['libs'], ['.', '--ignore-pattern', 'libs/**']];
const HEAP = '--max-old-space-size=6144';

/**
 * Makes Nx update its cached project graph. Its boundary rule reads only that cache, and checks
 * nothing if there is none.
 *
 * @throws Error if Nx cannot build the graph
 */
export function buildProjectGraph() {
  const nx = createRequire(import.meta.url).resolve('nx/bin/nx.js');
  execFileSync(process.execPath, [nx, 'show', 'projects'], {
    cwd: workspaceRoot,
    env: { ...process.env, NX_DAEMON: 'false' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

// Entry point of `npm run lint`: in a fresh clone, plain eslint would skip Nx's wall.
if (import.meta.main) {
  buildProjectGraph();
  const eslint = `${workspaceRoot}node_modules/eslint/bin/eslint.js`;
  for (const words of process.argv.length > 2 ? [process.argv.slice(2)] : RUNS) {
    const command = [HEAP, eslint, ...words];
    const { status } = spawnSync(process.execPath, command, { stdio: 'inherit' });
    process.exitCode ||= status ?? 1;
  }
}
