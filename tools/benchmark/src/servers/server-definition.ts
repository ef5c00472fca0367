import { fileURLToPath } from 'node:url';

/** What is measured, and what it is measured against. */
export type Side = 'program' | 'limit';

/**
 * `built`: bundled to one file. `source`: the TypeScript as it stands. `plain`: JavaScript that
 * finds its packages in node_modules, as a server of one file is commonly run.
 */
export type Form = 'built' | 'source' | 'plain';

/** A server that can be started. */
export interface ServerDefinition {
  readonly side: Side;
  readonly form: Form;
  /** For Node. */
  readonly arguments: readonly string[];
}

export const SIDES: readonly Side[] = ['program', 'limit'];

/** Makes the program's bundle, `dist/main.js`. */
export const BUILD_SCRIPT = inWorkspace('apps/api/build.js');

/** The limit server's source, and what is made of it, where its packages are found. */
export const LIMIT_FILES = {
  source: inWorkspace('tools/benchmark/src/limit-server.ts'),
  built: inWorkspace('tools/benchmark/dist/limit-server.built.js'),
  plain: inWorkspace('tools/benchmark/dist/limit-server.plain.js'),
};

const SERVERS: readonly ServerDefinition[] = [
  { side: 'program', form: 'built', arguments: [inWorkspace('apps/api/dist/main.js')] },
  {
    side: 'program',
    form: 'source',
    arguments: ['--conditions=@org/source', inWorkspace('apps/api/src/main.ts')],
  },
  { side: 'limit', form: 'plain', arguments: [LIMIT_FILES.plain] },
  { side: 'limit', form: 'built', arguments: [LIMIT_FILES.built] },
];

/** Each side as it is deployed: what the cells measure unless they are about another form. */
export const DEPLOYED: Readonly<Record<Side, ServerDefinition>> = {
  program: findServer('program', 'built'),
  limit: findServer('limit', 'plain'),
};

/** @throws RangeError when there is none */
export function findServer(side: Side, form: Form): ServerDefinition {
  const found = SERVERS.find((server) => server.side === side && server.form === form);
  if (found === undefined) {
    throw new RangeError(`There is no server "${side}, ${form}".`);
  }
  return found;
}

function inWorkspace(path: string): string {
  return fileURLToPath(new URL(`../../../../${path}`, import.meta.url));
}
