import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { buildProjectGraph } from './project-graph.js';

// The entry of `npm run lint`: bare eslint would leave out Nx's wall in a fresh clone.
buildProjectGraph();
const eslint = fileURLToPath(new URL('../../node_modules/eslint/bin/eslint.js', import.meta.url));
const files = process.argv.length > 2 ? process.argv.slice(2) : ['.'];
const { status } = spawnSync(process.execPath, [eslint, ...files], { stdio: 'inherit' });
process.exitCode = status ?? 1;
