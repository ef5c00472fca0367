import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';

import { fetchJson, waitUntil } from '@org/harness';

import { runCase } from '../workspace.ts';
import { callProgram, type SignedIn } from './call-program.ts';
import { findSteps, takeStep, type DocumentStep } from './document-steps.ts';
import { ScratchWorkspace } from './scratch-workspace.ts';

/**
 * The gate of the generator: its command makes a module whose types pass untouched, and
 * docs/add-a-module.md, typed exactly as it stands, makes a real domain of it.
 */
const DOCUMENT = 'docs/add-a-module.md';

async function follow(scratch: ScratchWorkspace, steps: readonly DocumentStep[]): Promise<void> {
  for (const step of steps) {
    if (step.kind === 'run') {
      for (const command of step.commands) {
        const [program = '', ...words] = command.split(' ');
        await scratch.run(program, words);
      }
    } else {
      takeStep(scratch.root, step);
    }
  }
}

async function checkUntouched(scratch: ScratchWorkspace): Promise<void> {
  await checkFormat(scratch);
  await scratch.run('tsc', ['--build', 'libs/billing']);
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
  await scratch.runTargets('typecheck', '@org/api');
  await scratch.runTargets('build', '@org/deployment');
  const changed = ['apps/api/src/domains', 'apps/api/src/messages.ts', 'tools/boundaries'];
  await scratch.run('node', ['tools/boundaries/lint.js', ...changed]);
  await scratch.run('nx', ['sync:check']);
}

/** The others ran before, and are of what no module changes. */
const TESTED = [
  'libs/billing',
  'apps/api',
  'apps/admin-cli/test/program',
  'apps/admin-cli/test/role-commands',
  'tools/boundaries',
  'tools/check/test/docs',
  'tools/check/test/module-readmes',
  'tools/module-generator',
];

async function runTests(scratch: ScratchWorkspace): Promise<void> {
  await scratch.run('npm', ['test', '--', ...TESTED]);
}

async function payInvoice({ api, account, token }: SignedIn): Promise<void> {
  const invoices = `${account}/invoices`;
  const body = { title: 'The first', amount: 1999, currency: 'EUR' };
  const created = await fetchJson('POST', invoices, { body, token });
  strictEqual(created.status, 201);
  const invoice = `${invoices}/${String(created.body['id'])}`;
  const changed = await fetchJson('PATCH', invoice, { body: { amount: 2050 }, token });
  strictEqual(changed.body['title'], 'The first');
  strictEqual((await fetchJson('POST', `${invoice}/payment`)).status, 401);
  const paid = await fetchJson('POST', `${invoice}/payment`, { token });
  strictEqual(paid.body['status'], 'paid');
  const counts = ['open', 'paid'].map(async (status) => {
    const list = await fetchJson('GET', `${invoices}?status=${status}`, { token });
    return list.body['total_count'];
  });
  deepStrictEqual(await Promise.all(counts), [0, 1]);
  const outbox = new URL('/dev/outbox/messages', api).href;
  await waitUntil('the mail that thanks', async () => {
    const messages = await (await fetch(outbox)).text();
    return messages.includes('We received €20.50. Thank you.');
  });
}

await ScratchWorkspace.use('generator', async (scratch) => {
  const [generate, ...others] = findSteps(scratch.read(DOCUMENT));
  ok(generate?.kind === 'run', `${DOCUMENT} does not begin with the generator`);
  const steps: readonly (readonly [title: string, work: () => Promise<unknown>])[] = [
    ['a dry run, which changes nothing', () => assertDryRunChangesNothing(scratch)],
    ['the module, installed and mounted', () => follow(scratch, [generate])],
    ['its format and types, untouched', () => checkUntouched(scratch)],
    [`${others.length} steps of ${DOCUMENT}`, () => follow(scratch, others)],
    ['the format of what they made', () => checkFormat(scratch)],
    ['its lint, types and build, and those of what it changed', () => runAffected(scratch)],
    ['its tests, and those of what it touches', () => runTests(scratch)],
    ['an invoice paid and its mail, on the program', () => callProgram(scratch, payInvoice)],
  ];
  for (const [title, work] of steps) {
    if (!(await runCase(title, work))) {
      return;
    }
  }
});
