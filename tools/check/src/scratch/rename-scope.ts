import { deepStrictEqual, ok, rejects } from 'node:assert/strict';

import { ProgramFailedError } from '@org/harness';

import { findSteps, type DocumentStep } from './document-steps.ts';
import { ScratchWorkspace } from './scratch-workspace.ts';

/**
 * The gate of `npm run rename-scope` and `npm run upgrade`, as docs/upgrade.md has them: under
 * other names, with local edits and a commit of upstream's, everything still fits together.
 */
const DOCUMENT = 'docs/upgrade.md';
/** Below the copy, in a folder that git and the tools ignore. */
const UPSTREAM = '.data/upstream';

interface Names {
  readonly scope: string;
  readonly name: string;
  readonly product: string;
}

async function assertRefuses(scratch: ScratchWorkspace, ...words: string[]): Promise<void> {
  const before = await scratch.status();
  const command = ['run', '--silent', 'rename-scope', '--', ...words];
  await rejects(
    scratch.run('npm', command),
    ProgramFailedError,
    `${words.join(' ')} is not refused`,
  );
  deepStrictEqual(await scratch.status(), before);
}

async function assertRefusesNonsense(
  scratch: ScratchWorkspace,
  old: Names,
  now: Names,
): Promise<void> {
  for (const words of [
    [],
    ['Acme'],
    [old.scope, '--name', old.name, '--product', old.product],
    [now.scope, '--name', 'Acme'],
    [now.scope, '--product', "Acme's"],
    ['@fastify'],
  ]) {
    await assertRefuses(scratch, ...words);
  }
}

/** Not by the patterns of the script itself: what is stored in databases has none of these forms. */
async function assertNothingIsLeft(scratch: ScratchWorkspace, old: Names): Promise<void> {
  const words = [
    `${old.scope}\\\\*/`,
    `["'>]${old.product}["'<]`,
    `(^|[^[:alnum:]_.@-])${old.name}-[a-zA-Z]`,
    `["'\`]${old.name}["'\`]`,
  ].flatMap((pattern) => ['-e', pattern]);
  const search = ['grep', '--line-number', '--extended-regexp', ...words];
  // git grep ends with 1 where it finds nothing.
  const found = await scratch.run('git', search).catch((error: unknown) => {
    ok(error instanceof ProgramFailedError && !error.message.includes('fatal'));
    return '';
  });
  deepStrictEqual(found, '', 'names are left');
  const files = await scratch.run('git', ['ls-files']);
  ok(!files.includes(`/${old.name}-`), 'names of files are left');
}

/** With a name in it: beside what the team edits, in a new file and in one that is renamed. */
async function changeUpstream(scratch: ScratchWorkspace, { scope, name }: Names): Promise<void> {
  const launcher = `${UPSTREAM}/apps/admin-cli/bin/${name}-admin.js`;
  scratch.append(`${UPSTREAM}/README.md`, `\nSee \`${name}-admin --help\`.\n`);
  scratch.append(launcher, '// Changed upstream.\n');
  scratch.write(
    `${UPSTREAM}/libs/task/src/internal/news.ts`,
    `import { toNameKey } from '${scope}/core';\n\nexport const news = toNameKey('${name}-api');\n`,
  );
  await commitUpstream(scratch);
}

async function commitUpstream(scratch: ScratchWorkspace): Promise<void> {
  const author = ['-c', 'user.name=Upstream', '-c', 'user.email=upstream@example.com'];
  await scratch.run('git', ['-C', UPSTREAM, 'add', '--all']);
  await scratch.run('git', ['-C', UPSTREAM, ...author, 'commit', '--quiet', '-m', 'feat: news']);
}

async function editLocally(scratch: ScratchWorkspace, { scope }: Names): Promise<void> {
  scratch.write('README.md', `Ours.\n\n${scratch.read('README.md')}`);
  scratch.append('libs/task/src/types.ts', '\n/** Ours. */\nexport type Ours = string;\n');
  scratch.write(
    'libs/task/src/internal/ours.ts',
    `import type { Clock } from '${scope}/core';\n\nexport type OurClock = Clock;\n`,
  );
  await scratch.commit('feat: edits of our own');
}

async function assertHasBoth(scratch: ScratchWorkspace, { name }: Names): Promise<void> {
  const readme = scratch.read('README.md');
  ok(readme.startsWith('Ours.') && readme.endsWith(`\`${name}-admin --help\`.\n`));
  ok(scratch.read('libs/task/src/types.ts').includes('Ours'));
  ok(scratch.read(`apps/admin-cli/bin/${name}-admin.js`).includes('Changed upstream'));
  ok(scratch.read('libs/task/src/internal/news.ts').includes(`'${name}-api'`));
  deepStrictEqual(await scratch.status(), '');
}

async function assertFitsTogether(scratch: ScratchWorkspace): Promise<void> {
  await scratch.run('npm', ['install', '--package-lock-only', '--no-audit', '--no-fund']);
  deepStrictEqual(await scratch.status(), '', 'the lock file is incomplete');
  await scratch.run('prettier', ['--check', '--log-level=warn', '.']);
  await scratch.run('nx', ['sync:check']);
  await scratch.run('tsc', ['--build']);
  await scratch.run('node', ['tools/boundaries/lint.js', 'libs/task']);
  await scratch.run('vitest', ['run', '--config', 'vitest.workspace.ts', '--project', 'task']);
  process.stdout.write('format, references, types, lint and tests as before\n');
}

await ScratchWorkspace.use('rename-scope', async (scratch) => {
  const old = JSON.parse(scratch.read('names.json')) as Names;
  const now =
    old.name === 'acme'
      ? { scope: '@globex', name: 'globex', product: 'Globex API' }
      : { scope: '@acme', name: 'acme', product: 'Acme API' };

  const run = async (step: DocumentStep | undefined): Promise<void> => {
    ok(step?.kind === 'run', `${DOCUMENT} has another number of steps`);
    const commands = step.commands.join('\n').replaceAll('@acme', now.scope);
    const script = `UPSTREAM=${UPSTREAM}\n${commands}`;
    process.stdout.write(await scratch.run('bash', ['-euc', script]));
  };
  const [rename, addRemote, upgrade] = findSteps(scratch.read(DOCUMENT));

  await assertRefusesNonsense(scratch, old, now);
  await scratch.run('git', ['clone', '--quiet', '.', UPSTREAM]);
  await run(rename);
  const { scope, name, product } = JSON.parse(scratch.read('names.json')) as Names;
  deepStrictEqual({ scope, name, product }, now);
  await editLocally(scratch, now);
  await changeUpstream(scratch, old);
  await run(addRemote);
  await run(upgrade);
  await assertHasBoth(scratch, now);
  await assertNothingIsLeft(scratch, old);
  await assertFitsTogether(scratch);
});
