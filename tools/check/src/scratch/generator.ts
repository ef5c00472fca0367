import { ok, strictEqual } from 'node:assert/strict';

import { fetchJson } from '@org/harness';

import { runCase } from '../workspace.ts';
import { callProgram, type SignedIn } from './call-program.ts';
import { ScratchWorkspace } from './scratch-workspace.ts';

/**
 * The gate of the generator: the README's command makes a module that passes everything untouched,
 * and whose routes answer.
 */
const COMMAND = /^npx (nx g @org\/module-generator:module .*)$/m;
const READMES = ['README.md', 'tools/module-generator/README.md'];

async function generate(scratch: ScratchWorkspace): Promise<void> {
  const [, command = ''] = COMMAND.exec(READMES.map((path) => scratch.read(path)).join('\n')) ?? [];
  ok(command.includes(' billing --entity invoice'), 'no README shows how to make billing');
  const [program = '', ...words] = command.split(' ');
  await scratch.run(program, words);
}

async function assertDryRunChangesNothing(scratch: ScratchWorkspace): Promise<void> {
  await scratch.run('nx', ['g', '@org/module-generator:module', 'billing', '--dry-run']);
  strictEqual(await scratch.status(), '');
}

async function checkFormat(scratch: ScratchWorkspace): Promise<void> {
  const changed = ['--modified', '--others', '--exclude-standard'];
  const listing = await scratch.run('git', ['ls-files', '-z', ...changed]);
  const paths = listing.split('\0').filter((path) => path !== '');
  await scratch.run('prettier', ['--check', '--log-level=warn', '--ignore-unknown', ...paths]);
}

/** Of the app what the module changed. Its tests run afterwards. */
async function runAffected(scratch: ScratchWorkspace): Promise<void> {
  await scratch.runTargets('lint,typecheck,build', '@org/billing');
  await scratch.runTargets('typecheck,build', '@org/api');
  const changed = ['apps/api/src/domains', 'tools/boundaries'];
  await scratch.run('node', ['tools/boundaries/lint.js', ...changed]);
  await scratch.run('nx', ['sync:check']);
}

const TESTED = [
  'libs/billing',
  'apps/api',
  'apps/admin-cli',
  'tools/boundaries',
  'tools/check',
  'tools/module-generator',
];

async function runTests(scratch: ScratchWorkspace): Promise<void> {
  // The other libraries are as they were, and their tests ran before.
  await scratch.run('npm', ['test', '--', ...TESTED]);
}

async function callRoutes({ account, token }: SignedIn): Promise<void> {
  const invoices = `${account}/invoices`;
  const body = { title: 'The first' };
  strictEqual((await fetchJson('POST', invoices, { body, token })).status, 201);
  const list = await fetchJson('GET', invoices, { token });
  strictEqual(list.status, 200);
  strictEqual(list.body['total_count'], 1);
  const unknown = await fetchJson('GET', `${invoices}/unknown`, { token });
  strictEqual(unknown.body['code'], 'BILLING_ERR_01');
  strictEqual((await fetchJson('GET', invoices)).status, 401);
}

await ScratchWorkspace.use('generator', async (scratch) => {
  const steps: readonly (readonly [title: string, work: () => Promise<unknown>])[] = [
    ['a dry run, which changes nothing', () => assertDryRunChangesNothing(scratch)],
    ['the module, installed and mounted', () => generate(scratch)],
    ['its format', () => checkFormat(scratch)],
    ['its lint, types and build, and those of what it changed', () => runAffected(scratch)],
    ['its tests, and those of what it touches', () => runTests(scratch)],
    ['its routes, called on the started program', () => callProgram(scratch, callRoutes)],
  ];
  for (const [title, work] of steps) {
    if (!(await runCase(title, work))) {
      return;
    }
  }
});
