import { deepStrictEqual, ok, rejects } from 'node:assert/strict';

import { ProgramFailedError } from '@org/harness';

import { ScratchWorkspace } from './scratch-workspace.ts';

/**
 * The gate of `npm run rename-scope` and `npm run upgrade`: under other names, with local edits
 * and a commit of upstream's, everything still fits together.
 */
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

async function rename(scratch: ScratchWorkspace, old: Names, now: Names): Promise<void> {
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
  process.stdout.write(await scratch.run('npm', ['run', '--silent', 'rename-scope', now.scope]));
  const { scope, name, product } = JSON.parse(scratch.read('names.json')) as Names;
  deepStrictEqual({ scope, name, product }, now);
  await scratch.commit('chore: our names');
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

/** Beside what the team changed, with a name in it, in a new file and in one of another name. */
async function changeUpstream(scratch: ScratchWorkspace, { scope, name }: Names): Promise<void> {
  await scratch.run('git', ['switch', '--quiet', '--create', 'upstream', 'HEAD~2']);
  scratch.append('README.md', `\nSee \`${name}-admin --help\`.\n`);
  scratch.append(
    `apps/admin-cli/bin/${name}-admin.js`,
    '// Upstream has changed a file whose name is ours.\n',
  );
  scratch.write(
    'libs/task/src/internal/news.ts',
    `import { toNameKey } from '${scope}/core';\n\nexport const news = toNameKey('${name}-api');\n`,
  );
  await scratch.commit('feat: news of upstream');
  await scratch.run('git', ['switch', '--quiet', 'main']);
}

async function upgrade(scratch: ScratchWorkspace, old: Names, { scope, name }: Names) {
  scratch.write('README.md', scratch.read('README.md').replace('# A modular', '# Our own'));
  scratch.append('libs/task/src/types.ts', '\n/** Ours. */\nexport type Ours = string;\n');
  scratch.write(
    'libs/task/src/internal/ours.ts',
    `import type { Clock } from '${scope}/core';\n\nexport type OurClock = Clock;\n`,
  );
  await scratch.commit('feat: edits of our own');
  await changeUpstream(scratch, old);

  process.stdout.write(await scratch.run('npm', ['run', '--silent', 'upgrade', 'upstream']));

  const readme = scratch.read('README.md');
  ok(readme.startsWith('# Our own backend') && readme.endsWith(`\`${name}-admin --help\`.\n`));
  ok(scratch.read('libs/task/src/types.ts').includes('Ours'));
  ok(scratch.read(`apps/admin-cli/bin/${name}-admin.js`).includes('Upstream has changed'));
  ok(scratch.read('libs/task/src/internal/news.ts').includes(`'${name}-api'`));
  deepStrictEqual(await scratch.status(), '');
}

await ScratchWorkspace.use('rename-scope', async (scratch) => {
  const old = JSON.parse(scratch.read('names.json')) as Names;
  const now =
    old.name === 'acme'
      ? { scope: '@globex', name: 'globex', product: 'Globex API' }
      : { scope: '@acme', name: 'acme', product: 'Acme API' };

  await rename(scratch, old, now);
  await upgrade(scratch, old, now);
  await assertNothingIsLeft(scratch, old);

  await scratch.run('npm', ['install', '--package-lock-only', '--no-audit', '--no-fund']);
  deepStrictEqual(await scratch.status(), '', 'the lock file is incomplete');
  await scratch.run('prettier', ['--check', '--log-level=warn', '.']);
  await scratch.run('nx', ['sync:check']);
  await scratch.run('tsc', ['--build']);
  await scratch.run('node', ['tools/boundaries/lint.js', 'libs/task']);
  await scratch.run('vitest', ['run', '--config', 'vitest.workspace.ts', '--project', 'task']);
  process.stdout.write('format, references, types, lint and tests as before\n');
});
