import { beforeAll, describe, expect, it } from 'vitest';

import { domainKinds, foundationKinds, optionalKinds, type KindOfFile } from './kinds-of-files.ts';
import { generateFreshModule, readModule, type ModuleFiles } from './module-files.ts';

/** What the hand-written libraries are held to; the generated one is held to all of it. */
const libraries: readonly (readonly [string, Readonly<Record<string, KindOfFile>>])[] = [
  ['account', domainKinds],
  ['authentication', domainKinds],
  ['notification', domainKinds],
  ['task', domainKinds],
  ['audit', foundationKinds],
  ['jobs', foundationKinds],
];

let generated: ModuleFiles;
beforeAll(async () => {
  generated = await generateFreshModule();
});

function matching(module: ModuleFiles, kind: KindOfFile): [string, string][] {
  return [...module.files].filter(([path]) => kind.path.test(path));
}

/** Kinds of which the module has no file. */
function missingKinds(module: ModuleFiles, kinds: Readonly<Record<string, KindOfFile>>): string[] {
  return Object.entries(kinds)
    .filter(([, kind]) => matching(module, kind).length === 0)
    .map(([name]) => name);
}

/** Kinds of which no file is written as it should be, with the patterns that none has. */
function foreignKinds(module: ModuleFiles, kinds: Readonly<Record<string, KindOfFile>>): string[] {
  return Object.entries(kinds)
    .filter(([, { contains }]) => contains.length > 0)
    .map(([name, kind]) => [name, kind, matching(module, kind)] as const)
    .filter(
      ([, { contains }, files]) =>
        files.length > 0 &&
        !files.some(([, text]) => contains.every((pattern) => pattern.test(text))),
    )
    .map(
      ([name, { contains }]) => `${name}: ${contains.map(({ source }) => source).join(' and ')}`,
    );
}

interface Statement {
  readonly isType: boolean;
  readonly from: string;
}

function statementsOf(barrel: string): Statement[] {
  return [...barrel.matchAll(/^export (type )?\{[^}]*\} from '\.\/([^']+)';$/gm)].map(
    ([, type, from = '']) => ({ isType: type !== undefined, from }),
  );
}

function textOf({ files }: ModuleFiles, path: string): string {
  return files.get(path) ?? '';
}

/** A manifest or configuration without what differs from module to module. */
function skeletonOf(module: ModuleFiles, path: string): unknown {
  const { references, ...configuration } = JSON.parse(textOf(module, path)) as Record<
    string,
    unknown
  >;
  return { hasReferences: references !== undefined, ...configuration };
}

describe('the generated module', () => {
  it('has a file of each kind, and none of another', () => {
    const kinds = { ...domainKinds, ...optionalKinds };
    const paths = Object.values(kinds).map(({ path }) => path);

    expect(missingKinds(generated, kinds)).toEqual([]);
    expect(foreignKinds(generated, kinds)).toEqual([]);
    expect(
      [...generated.files.keys()].filter((file) => !paths.some((path) => path.test(file))),
    ).toEqual([]);
  });
});

describe.each(libraries)('libs/%s and the template', (name, kinds) => {
  const module = readModule(name);

  it('have the same kinds of files', () => {
    expect(missingKinds(module, kinds)).toEqual([]);
  });

  it('write each kind alike', () => {
    expect(foreignKinds(module, { ...kinds, ...optionalKinds })).toEqual([]);
  });

  it.each(['tsconfig.json', 'tsconfig.lib.json', 'tsconfig.spec.json'])(
    'have the same %s',
    (path) => {
      expect(skeletonOf(module, path)).toEqual(skeletonOf(generated, path));
    },
  );

  it('have the same licence and the same test configuration', () => {
    expect(textOf(module, 'LICENSE')).toBe(textOf(generated, 'LICENSE'));
    expect(textOf(module, 'vitest.config.ts')).toContain(
      textOf(generated, 'vitest.config.ts').split('test: {')[0],
    );
  });

  it('publish alike', () => {
    const manifest = skeletonOf(module, 'package.json') as Record<string, Record<string, unknown>>;
    const expected = skeletonOf(generated, 'package.json') as Record<
      string,
      Record<string, unknown>
    >;

    const restApi = JSON.stringify(expected['exports']?.['./rest-api']);
    const testing: unknown = JSON.parse(restApi.replaceAll('rest-api', 'testing'));
    const doors: Record<string, unknown> = { './testing': testing, ...expected['exports'] };
    for (const field of ['license', 'type', 'sideEffects', 'engines', 'files', 'publishConfig']) {
      expect([field, manifest[field]]).toEqual([field, expected[field]]);
    }
    for (const [door, conditions] of Object.entries(manifest['exports'] ?? {})) {
      expect([door, conditions]).toEqual([door, doors[door]]);
    }
    // Who runs a contract suite brings vitest along.
    const peers = Object.fromEntries(
      Object.entries(manifest['peerDependencies'] ?? {}).filter(([peer]) => peer !== 'vitest'),
    );
    expect(expected['peerDependencies']).toMatchObject(peers);
    expect(manifest['nx']).toMatchObject({ tags: [`lib:${name}`] });
  });

  it('have barrels of the same form: service, types, errors, events', () => {
    const statements = statementsOf(textOf(module, 'src/index.ts'));
    const positionOf = (isType: boolean, file: string): number =>
      statements.findIndex((each) => each.isType === isType && each.from === file);
    const types = positionOf(true, 'types.ts');
    const errors = positionOf(false, 'errors.ts');

    expect(statements[0]).toEqual({ isType: false, from: expect.stringMatching(/-service\.ts$/) });
    expect(types).toBeGreaterThan(0);
    expect(errors).toBeGreaterThan(types);
    const last = statements.slice(errors).map(({ from }) => from);
    expect(['errors.ts,events.ts', 'errors.ts']).toContain([...new Set(last)].join());
    if (kinds === domainKinds) {
      const plugin = { from: `${name}-rest-api-server.ts` };
      expect(statementsOf(textOf(module, 'src/rest-api/index.ts'))).toEqual(
        expect.arrayContaining([
          { isType: false, ...plugin },
          { isType: true, ...plugin },
        ]),
      );
    }
  });
});
