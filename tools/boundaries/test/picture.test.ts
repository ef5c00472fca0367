import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { projects } from '../module-map.js';
import { checkPublishes, renderEvents, renderModules } from '../module-documents.js';
import { drawIn, renderMermaid, renderText } from '../picture.js';
import { workspaceRoot } from './lint.ts';

const markers = [
  '<!-- module map: npm run boundaries -- --write -->',
  '<!-- end of the module map -->',
] as const;

const PRINT_MANIFESTS = `
  import { readManifests } from './tools/boundaries/module-documents.js';
  const owned = (await readManifests()).map(({ name, collections }) => [name, Object.keys(collections).sort()]);
  console.log(JSON.stringify(Object.fromEntries(owned)));
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'picture-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const script = join(workspaceRoot, 'tools/boundaries/picture.js');

function print(...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=@org/source', script, ...words],
    { encoding: 'utf8' },
  );
  return { status, output: stdout + stderr };
}

describe('the module map', () => {
  test('is told with every edge, as text and as a picture', () => {
    const { status, output } = print();

    expect(status).toBe(0);
    for (const [name, { dependencies, dynamicDependencies = [] }] of Object.entries(projects)) {
      const line = new RegExp(`^ {2}${name}(?: → (.*))?$`, 'm').exec(output);
      const dynamic = dynamicDependencies.map((each) => `${each} (import() only)`);
      expect(line?.[1]?.split(', ') ?? []).toEqual([...dependencies, ...dynamic]);
      const arrows = [...output.matchAll(new RegExp(`^ {2}${name} -.?.?> (.*)$`, 'gm'))];
      expect(arrows.map(([, target]) => target)).toEqual([...dependencies, ...dynamicDependencies]);
    }
    expect(output).toContain(renderText());
    expect(output).toContain(renderMermaid([]));
  });

  test('is printed to a reader that ends early', () => {
    const { status, stderr } = spawnSync(
      'bash',
      [
        '-c',
        '"$0" --conditions=@org/source "$1" | true; exit "${PIPESTATUS[0]}"',
        process.execPath,
        script,
      ],
      { encoding: 'utf8' },
    );

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('is drawn into a document, which is refused as soon as it differs', () => {
    const path = join(folder, 'architecture.md');
    writeFileSync(path, ['# Title', '', ...markers, '', 'More.'].join('\n'));
    expect(print('--check', folder)).toMatchObject({
      status: 1,
      output: expect.stringContaining(`${path} is out of date`),
    });

    expect(print('--write', folder).status).toBe(0);

    expect(readFileSync(path, 'utf8')).toContain('  account --> authentication\n');
    expect(print('--check', folder)).toEqual({ status: 0, output: '' });
    writeFileSync(path, readFileSync(path, 'utf8').replace('  account --> core\n', ''));
    expect(print('--check', folder).status).toBe(1);
  });

  test('is not drawn into a document without a place for it', () => {
    expect(() => drawIn('# Title', [])).toThrow('the document needs the lines');
  });
});

test('the documents of map and modules are up to date', () => {
  expect(print('--check', join(workspaceRoot, 'docs'))).toEqual({ status: 0, output: '' });
});

const invoicePaid = {
  name: 'invoice.paid',
  version: 2,
  payloadSchema: { properties: { invoiceId: {}, amount: {} } },
  personalFields: [],
  isRefusable: true,
};
const nothing = {
  ...{ collections: {}, publishes: [], listensTo: [] },
  ...{ jobs: [], topics: [], permissions: [] },
};
const manifests = [
  { ...nothing, name: 'billing', publishes: [invoicePaid] },
  {
    ...nothing,
    name: 'shop',
    listensTo: [invoicePaid],
    collections: {
      parcels: { holds: 'parcels', personalData: { exported: true, end: 'erased' } },
      shelves: { holds: 'shelves' },
    },
  },
];

describe('what modules declare', () => {
  test('events come with payload and listeners', () => {
    expect(renderEvents(manifests)).toMatch(
      /\| `invoice\.paid` +\| billing +\| 2 +\| `\{ invoiceId, amount \}` +\| yes +\| shop +\|/,
    );
  });

  test('an event that the module defines but does not list is refused', () => {
    const billing = { ...nothing, name: 'billing', publishes: [invoicePaid] };
    const invoiceSent = { ...invoicePaid, name: 'invoice.sent' };
    const folder = 'libs/billing/src';

    expect(() => checkPublishes(billing, { invoicePaid, invoiceSchema: {} }, folder)).not.toThrow();
    expect(() => checkPublishes(billing, { invoicePaid, invoiceSent }, folder)).toThrow(
      'add invoiceSent to `publishes` in libs/billing/src/module.ts',
    );
  });

  test('a listening module is drawn dashed', () => {
    expect(renderMermaid(manifests)).toContain('\n  shop -. hears .-> billing');
  });

  test('collections come with what becomes of personal data', () => {
    const document = renderModules(manifests);

    expect(document).toMatch(/\| `parcels` +\| shop +\| parcels +\| erased +\| yes +\|/);
    expect(document).toMatch(/\| `shelves` +\| shop +\| shelves +\| none +\| no +\|/);
  });

  test('each module owns the collections that the module map gives it', async () => {
    const { stdout } = spawnSync(
      process.execPath,
      ['--conditions=@org/source', '--input-type=module', '--eval', PRINT_MANIFESTS],
      { encoding: 'utf8', cwd: workspaceRoot },
    );
    const owned = JSON.parse(stdout) as Record<string, readonly string[]>;

    expect(owned).toEqual(
      Object.fromEntries(
        Object.entries(projects).flatMap(([name, { collections }]) =>
          collections === undefined ? [] : [[name, [...collections].sort()]],
        ),
      ),
    );
  });
});
