import { fileURLToPath } from 'node:url';

/** What is measured, and what it is measured against. */
export type Side = 'program' | 'limit';

/** Bundled to one file, or as Node reads the TypeScript. */
export type Form = 'built' | 'source';

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

const SERVERS: readonly ServerDefinition[] = [
  { side: 'program', form: 'built', arguments: [inWorkspace('apps/api/dist/main.js')] },
  {
    side: 'program',
    form: 'source',
    arguments: ['--conditions=@org/source', inWorkspace('apps/api/src/main.ts')],
  },
  {
    side: 'limit',
    form: 'built',
    arguments: [inWorkspace('tools/benchmark/dist/limit-server.js')],
  },
  {
    side: 'limit',
    form: 'source',
    arguments: [inWorkspace('tools/benchmark/src/limit-server.ts')],
  },
];

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
