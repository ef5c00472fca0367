#!/usr/bin/env node
/** Starts the program from its sources, on the Node of this workspace if it is installed. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';

const application = join(import.meta.dirname, '..');
const installed = join(application, '..', '..', 'node_modules');
const pinnedNode = join(installed, '.bin', 'node');
const isInstalled = existsSync(pinnedNode);
const node = isInstalled ? pinnedNode : process.execPath;
const main = join(application, 'src', 'main.ts');

// TypeScript is stripped and compiled once, not at every start.
const cache = isInstalled ? { NODE_COMPILE_CACHE: join(installed, '.cache', 'compiled') } : {};
const child = spawn(node, ['--conditions=@org/source', main, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...cache, ...process.env },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  // A terminal's Ctrl-C reaches the child by itself; this process waits for how it ends.
  process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
}
child.on('error', (error) => {
  process.stderr.write(`org-admin cannot start ${node}: ${error.message}\n`);
  process.exitCode = 1;
});
child.on('exit', (code, signal) => {
  // As a shell answers for a program that a signal ended.
  process.exitCode = code ?? 128 + constants.signals[signal];
});
