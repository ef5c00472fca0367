import { ok, strictEqual } from 'node:assert/strict';

import { ScratchWorkspace } from './scratch-workspace.ts';
import { startApi } from './started-api.ts';

/**
 * The gate of the generator: the README's command makes a module that passes everything untouched,
 * and whose routes answer.
 */
const COMMAND = /^npx (nx g @org\/module-generator:module .*)$/m;
const READMES = ['README.md', 'tools/module-generator/README.md'];

const scratch = ScratchWorkspace.make('generator');

async function time(step: string, work: () => unknown): Promise<void> {
  const startedAt = performance.now();
  await work();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`${seconds.padStart(6)} s  ${step}\n`);
}

function generate(): void {
  const [, command = ''] = COMMAND.exec(READMES.map((path) => scratch.read(path)).join('\n')) ?? [];
  ok(command.includes(' billing --entity invoice'), 'no README shows how to make billing');
  const [program = '', ...words] = command.split(' ');
  scratch.run(program, words);
}

function assertDryRunChangesNothing(): void {
  scratch.run('nx', ['g', '@org/module-generator:module', 'billing', '--dry-run']);
  strictEqual(scratch.run('git', ['status', '--porcelain']), '');
}

function checkFormat(): void {
  const listing = scratch.run('git', [
    'ls-files',
    '-z',
    '--modified',
    '--others',
    '--exclude-standard',
  ]);
  const paths = listing.split('\0').filter((path) => path !== '');
  scratch.run('prettier', ['--check', '--log-level=warn', '--ignore-unknown', ...paths]);
}

/** Of the app what the module changed. All tests run afterwards. */
function runAffected(): void {
  const run = (targets: string, project: string): void => {
    const words = ['run-many', `--targets=${targets}`, `--projects=${project}`];
    scratch.run('nx', [...words, '--outputStyle=static']);
  };
  run('lint,typecheck,build', '@org/billing');
  run('typecheck,build', '@org/api');
  scratch.run('node', ['tools/boundaries/lint.js', 'apps/api/src/domains', 'tools/boundaries']);
  scratch.run('nx', ['sync:check']);
}

async function callRoutes(): Promise<void> {
  const api = await startApi(scratch);
  try {
    const account = { username: 'ada', password: 'analytical-engine-1843' };
    const names = { first_name: 'Ada', last_name: 'Lovelace' };
    const signUp = await api.send('POST', '/api/accounts', { ...account, ...names });
    const login = await api.send('POST', '/api/access-tokens', account);
    const path = `/api/accounts/${String(signUp.body['id'])}/invoices`;
    const token = String(login.body['token']);

    const created = await api.send('POST', path, { title: 'The first' }, token);
    strictEqual(created.status, 201);
    const list = await api.send('GET', path, undefined, token);
    strictEqual(list.status, 200);
    strictEqual(list.body['total_count'], 1);
    const unknown = await api.send('GET', `${path}/unknown`, undefined, token);
    strictEqual(unknown.body['code'], 'BILLING_ERR_01');
    strictEqual((await api.send('GET', path)).status, 401);
  } finally {
    await api.stop();
  }
}

try {
  await time('a dry run, which changes nothing', assertDryRunChangesNothing);
  await time('the module, installed and mounted', generate);
  await time('its format', checkFormat);
  await time('its lint, types and build, and those of what it changed', runAffected);
  await time('all tests', () => scratch.run('npm', ['test']));
  await time('its routes, called on the started program', callRoutes);
} finally {
  scratch.remove();
}
