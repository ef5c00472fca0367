import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  createSourceFile,
  isClassDeclaration,
  isGetAccessor,
  isIdentifier,
  isMethodDeclaration,
  ScriptTarget,
  SyntaxKind,
} from 'typescript';

import { findTables, type Document, type Finding, type FirstCell } from './markdown.ts';

/** What the tables of a module's README have to list. */
export interface ModuleContents {
  /** Public methods and getters of the exported services. */
  readonly methods: ReadonlyMap<string, readonly string[]>;
  /** Routes in the OpenAPI document, such as `GET /accounts/:account_id`. */
  readonly routes: readonly string[];
  /** Pages that the OpenAPI document leaves out, which may be listed. */
  readonly hiddenRoutes: readonly string[];
  /** Names of the events in `events.ts`. */
  readonly events: readonly string[];
}

/** Every service has it, and the README's first example shows it. */
const NOT_LISTED = 'initialize';
const NOT_PUBLIC: readonly SyntaxKind[] = [SyntaxKind.StaticKeyword, SyntaxKind.PrivateKeyword];

/** Methods, routes and events that a module has and its README does not list, and the other way round. */
export function checkModuleTables(
  { path, text }: Document,
  { methods, routes, hiddenRoutes, events }: ModuleContents,
): readonly Finding[] {
  const tables = findTables(text);
  const ofServices = [...methods].flatMap(([service, names]) => {
    const table = tables.find(([heading]) => heading?.codes[0] === service);
    const listed = names.filter((name) => name !== NOT_LISTED);
    return compare(table, listed, [NOT_LISTED]);
  });
  const ofRoutes = tables.find(([heading]) => heading?.text === 'route');
  const ofEvents = tables.find(([heading]) => heading?.text === 'event');
  const ofParameters = tables.find(([heading]) => heading?.text === 'method');
  return [
    ...ofServices,
    ...compare(ofRoutes, routes, hiddenRoutes),
    ...compare(ofEvents, events, []),
    ...compare(ofParameters, [], [...methods].flat(2)),
  ].map((problem) => ({ path, ...problem }));
}

/** What a table names although it is not there, and what it does not name although it is. */
function compare(
  [heading, ...rows]: readonly FirstCell[] = [],
  expected: readonly string[],
  optional: readonly string[],
) {
  const unknown = rows.flatMap(({ line, codes }) =>
    codes
      .filter((code) => !expected.includes(code) && !optional.includes(code))
      .map((code) => ({ line, problem: `there is no ${code}` })),
  );
  const named = new Set(rows.flatMap(({ codes }) => codes));
  const missing = expected.filter((name) => !named.has(name));
  const line = heading?.line ?? 1;
  return [...unknown, ...missing.map((name) => ({ line, problem: `${name} is not listed` }))];
}

/** @param library name of a folder in `libs` */
export function readModule(root: string, library: string): ModuleContents {
  const read = (pattern: string): string =>
    globSync(join(root, 'libs', library, 'src', pattern))
      .map((path) => readFileSync(path, 'utf8'))
      .join('\n');
  const exported = new Set(read('index.ts').match(/\b\w+Service\b/g));
  const paths = [...read('rest-api/*-router.ts').matchAll(/'(\/[^']*)'/g)].map(
    ([, path = '']) => path,
  );
  const routes = readRoutes(root);
  const events = read('events.ts').matchAll(/defineEvent\(\s*'([^']+)'/g);
  return {
    methods: new Map(findMethods(read('*-service.ts')).filter(([name]) => exported.has(name))),
    routes: routes.filter((route) => paths.some((path) => route.endsWith(` ${path}`))),
    events: [...events].map(([, name = '']) => name),
    hiddenRoutes: paths.map((path) => `GET ${path}`).filter((route) => !routes.includes(route)),
  };
}

/** Every route in the OpenAPI document, with its path as routers write it. */
export function readRoutes(root: string): readonly string[] {
  const document = readFileSync(join(root, 'apps/api/src/openapi.json'), 'utf8');
  const { paths } = JSON.parse(document) as { paths: Readonly<Record<string, object>> };
  return Object.entries(paths).flatMap(([path, operations]) => {
    const written = path.replace(/^\/api(?=\/)/, '').replaceAll(/\{(\w+)\}/g, ':$1');
    return Object.keys(operations).map((method) => `${method.toUpperCase()} ${written}`);
  });
}

/** The public methods and getters of each class. */
function findMethods(source: string): readonly (readonly [string, readonly string[]])[] {
  const { statements } = createSourceFile('services.ts', source, ScriptTarget.Latest);
  return statements.filter(isClassDeclaration).map(({ name, members }) => {
    const methods = members
      .filter((member) => isMethodDeclaration(member) || isGetAccessor(member))
      .filter(({ modifiers = [] }) => !modifiers.some(({ kind }) => NOT_PUBLIC.includes(kind)));
    const names = methods.flatMap((method) => (isIdentifier(method.name) ? method.name.text : []));
    return [name?.text ?? '', names] as const;
  });
}
