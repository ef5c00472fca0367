import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { buildProjectGraph } from './project-graph.js';

// Entry point of `npm run lint`: in a fresh clone, plain eslint would skip Nx's wall.
buildProjectGraph();
const eslint = fileURLToPath(new URL('../../node_modules/eslint/bin/eslint.js', import.meta.url));
const files = process.argv.length > 2 ? process.argv.slice(2) : ['.'];
const { status } = spawnSync(process.execPath, [eslint, ...files], { stdio: 'inherit' });
process.exitCode = status ?? 1;
