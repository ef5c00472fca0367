import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { workspaceRoot } from '@org/harness';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { checkAdminCommands } from '../src/docs/admin-commands.ts';
import { checkCodeBlocks } from '../src/docs/code-blocks.ts';
import { checkCommands, readCommands } from '../src/docs/commands.ts';
import { checkLinks } from '../src/docs/links.ts';
import { findAnchors, renderFinding } from '../src/docs/markdown.ts';
import { checkModuleTables } from '../src/docs/module-tables.ts';
import { checkTestTitles } from '../src/docs/test-titles.ts';

const path = 'docs/guide.md';

function documentOf(...lines: readonly string[]) {
  return { path, text: lines.join('\n') };
}

describe(checkLinks, () => {
  let root: string;

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'docs-'));
    mkdirSync(join(root, 'docs'));
    writeFileSync(join(root, 'README.md'), '# Org\n\n## `npm test`, and more\n');
    writeFileSync(join(root, path), '');
    writeFileSync(join(root, 'docs/a (1).ts'), '');
  });
  afterAll(() => {
    rmSync(root, { recursive: true });
  });

  it.each([
    '[a file](../README.md)',
    '[a folder](../docs)',
    '[a heading](../README.md#npm-test-and-more)',
    '[a heading of its own](#guide)',
    '[`code`](../README.md "with a title")',
    '[escaped](a%20%281%29.ts)',
    '[a line of a source](a%20%281%29.ts#L7)',
    '[a site](https://example.com/x#y), [mail](mailto:a@example.com)',
    '`[code](nowhere.md)`',
    '<!-- [a comment](nowhere.md) -->',
    '```md\n[a block](nowhere.md)\n```',
    '  ```md\n  [an indented block](nowhere.md)\n  ```',
  ])('follows %s', (line) => {
    expect(checkLinks(root, documentOf('# Guide', line))).toEqual([]);
  });

  it.each([
    ['[x](nowhere.md)', 'nowhere.md: there is no such file'],
    ['![x](nowhere.png)', 'nowhere.png: there is no such file'],
    ['[x]: nowhere.md', 'nowhere.md: there is no such file'],
    ['| [`x`](nowhere.md) |', 'nowhere.md: there is no such file'],
    ['[x](README.md)', 'README.md: there is no such file'],
    ['[x](../README.md#nowhere)', '../README.md#nowhere: there is no such heading'],
    ['[x](#nowhere)', '#nowhere: there is no such heading'],
    ['[x](../../etc)', '../../etc: leads out of the workspace'],
  ])('refuses %s', (line, problem) => {
    const findings = checkLinks(root, documentOf('# Guide', '```', 'code', '```', line));

    expect(findings.map(renderFinding)).toEqual([`${path}:5 ${problem}`]);
  });
});

describe(checkTestTitles, () => {
  const link = '[docs.test.ts](../tools/check/test/docs.test.ts)';

  it.each([
    `${link}: "names headings as GitHub does, and none within code"`,
    `${link} and "something else" after [another](../README.md): "what is no test's"`,
    '[gone](gone.test.ts): "whatever"',
  ])('finds %s', (line) => {
    const text = line.replace('something else', 'follows %s');

    expect(checkTestTitles(workspaceRoot, documentOf(text))).toEqual([]);
  });

  it('refuses a title that the test does not have', () => {
    const missing = ['names', 'nothing'].join(' of ');

    expect(checkTestTitles(workspaceRoot, documentOf('', `- ${link}: "${missing}"`))).toEqual([
      {
        path,
        line: 2,
        problem: `../tools/check/test/docs.test.ts: there is no test "${missing}"`,
      },
    ]);
  });
});

describe(findAnchors, () => {
  it('names headings as GitHub does, and none within code', () => {
    const text =
      '# A *b* `c-d`_e\n## Über [uns](x.md): ja!\n## Twice\n### Twice ##\n```\n# code\n```\n';

    expect([...findAnchors(text)]).toEqual(['a-b-c-d_e', 'über-uns-ja', 'twice', 'twice-1']);
  });
});

describe(checkCodeBlocks, () => {
  it.each([
    '```ts\nawait a.b({ c });\n```',
    '```ts consumer=esm\nconst a: string = 1;\n```',
    '```json\n{ "a": 1 }\n```',
    '```json\n{ "token": "eyJ…" \n```',
    '```json\n{ ... }\n```',
    '```sh\n$( {\n```',
  ])('takes %j', (block) => {
    expect(checkCodeBlocks(documentOf(block))).toEqual([]);
  });

  it.each([
    ['```ts\nconst a = 1;\nconst = 2;\n```', `${path}:4 is no TypeScript: `],
    ['```json\n{ a: 1 }\n```', `${path}:3 is no JSON: `],
  ])('refuses %j', (block, message) => {
    const [finding] = checkCodeBlocks(documentOf('# Guide', block));

    expect(renderFinding(finding!)).toContain(message);
  });
});

describe(checkCommands, () => {
  const commands = readCommands(workspaceRoot);

  it.each([
    '`npm run check`',
    '`npm run --silent openapi`',
    '`npm run boundaries -- --write`',
    '`npx nx g @org/module-generator:module billing`',
    '`npx nx g @nx/node:application`',
    'npm run nothing outside of code',
  ])('knows %s', (line) => {
    expect(checkCommands(documentOf(line), commands)).toEqual([]);
  });

  it.each([
    'npm run chekc',
    'nx g @org/module-generator:modul',
    'nx g @org/nothing:module',
    'nx g module',
  ])('refuses %s', (command) => {
    const findings = checkCommands(
      documentOf('# Guide', '```sh', `npx ${command}`, '```'),
      commands,
    );

    expect(findings.map(renderFinding)).toEqual([`${path}:3 there is no ${command}`]);
  });
});

describe(checkAdminCommands, () => {
  it('takes commands that run, and names of commands in sentences', async () => {
    const text = documentOf(
      '`npx org-admin --help`, `org-admin keys rotate`, `org-admin webhooks …`, `org-admin.js`',
      '```sh',
      'node org-admin.js audit query --limit 5 | less -S # all',
      "npx org-admin keys rotate --reason 'it leaked; see #7'",
      'zcat x.gz | npx org-admin accounts import - --report r \\',
      '  --reason "move of 2026" > out',
      '```',
    );

    expect(await checkAdminCommands([text])).toEqual([]);
  });

  it('refuses what does not run, by document and line', async () => {
    const sentence = documentOf(
      ...['`org-admin keys rotat`', '`org-admin key rotate`', '`org-admin jobs run x`'],
      ...['`org-admin audit query --limt 5`'],
    );
    const block = {
      path: 'README.md',
      text: '```sh\n\nnpx org-admin keys rotate\nnpx org-admin roles list all\n```\n',
    };

    const findings = await checkAdminCommands([sentence, block]);

    const missing = "error: required option '--reason <text>' not specified";
    expect(findings.map(renderFinding)).toEqual([
      `${path}:1 org-admin keys rotat: there is no such command`,
      `${path}:2 org-admin key rotate: there is no such command`,
      `${path}:3 org-admin jobs run x: ${missing}`,
      expect.stringContaining(`${path}:4 org-admin audit query --limt 5: error: unknown option`),
      `README.md:3 org-admin keys rotate: ${missing}`,
      expect.stringContaining('README.md:4 org-admin roles list all: error: too many arguments'),
    ]);
  });
});

describe(checkModuleTables, () => {
  const contents = {
    methods: new Map([['TaskService', ['initialize', 'createTask', 'getTask']]]),
    routes: ['POST /tasks', 'GET /tasks/:id'],
    hiddenRoutes: ['GET /preview'],
    events: ['task.created'],
  };
  const lines = [
    '| `TaskService` | throws |',
    '| --- | --- |',
    '| `createTask` | `AnError` |',
    '| `getTask` | nothing |',
    '',
    '| route | answer |',
    '| --- | --- |',
    '| `POST /tasks` | 201 |',
    '| `GET /tasks/:id` | 200 |',
    '',
    '| method | parameters |',
    '| --- | --- |',
    '| `createTask` | `title` |',
    '| all others | `id` |',
    '',
    '| event | payload |',
    '| --- | --- |',
    '| `task.created` | `{ taskId }` |',
  ];

  function findIn(changed: readonly string[]): readonly string[] {
    return checkModuleTables(documentOf(...changed), contents).map(renderFinding);
  }

  it('takes tables that list every method, route and event', () => {
    expect(findIn(lines)).toEqual([]);
    expect(findIn(lines.with(4, '| `initialize` | |\n'))).toEqual([]);
    expect(findIn(lines.with(9, '| `GET /preview` | a page |\n'))).toEqual([]);
  });

  it.each([
    [3, '| `findTask` | nothing |', ['4 there is no findTask', '1 getTask is not listed']],
    [
      8,
      '| `PUT /tasks/:id` | 200 |',
      ['9 there is no PUT /tasks/:id', '6 GET /tasks/:id is not listed'],
    ],
    [12, '| `addTask` | `title` |', ['13 there is no addTask']],
    [17, '| `task.made` | |', ['18 there is no task.made', '16 task.created is not listed']],
  ])('refuses line %i as %s', (index, line, problems) => {
    expect(findIn(lines.with(index, line))).toEqual(problems.map((each) => `${path}:${each}`));
  });

  it('refuses a README without the tables', () => {
    expect(findIn(['# Tasks'])).toEqual(
      ['createTask', 'getTask', 'POST /tasks', 'GET /tasks/:id', 'task.created'].map(
        (name) => `${path}:1 ${name} is not listed`,
      ),
    );
  });
});
