import { inWorkspace } from '@org/harness';

/** What is measured, and what it is measured against. */
export type Side = 'program' | 'limit';

/** One of each side. */
export type BySide<Value> = Readonly<Record<Side, Value>>;

/** A server that can be started. */
export interface ServerDefinition {
  readonly side: Side;
  readonly form: string;
  /** For Node. */
  readonly arguments: readonly string[];
}

export const SIDES: readonly Side[] = ['program', 'limit'];

/** The limit server's source, and what is made of it, where its packages are found. */
export const LIMIT_FILES = {
  source: inWorkspace('tools/benchmark/src/limit-server.ts'),
  built: inWorkspace('tools/benchmark/dist/limit-server.built.js'),
  plain: inWorkspace('tools/benchmark/dist/limit-server.plain.js'),
};

const SOURCE = ['--conditions=@org/source', inWorkspace('apps/api/src/main.ts')];

/**
 * `built`: bundled to one file. `source`: the TypeScript as it stands. `plain`: JavaScript that
 * finds its packages in node_modules, as a server of one file is commonly run.
 */
export const SERVERS = {
  program: { side: 'program', form: 'built', arguments: [inWorkspace('apps/api/dist/main.js')] },
  programFromSource: { side: 'program', form: 'source', arguments: SOURCE },
  limit: { side: 'limit', form: 'plain', arguments: [LIMIT_FILES.plain] },
  limitBuilt: { side: 'limit', form: 'built', arguments: [LIMIT_FILES.built] },
} as const satisfies Readonly<Record<string, ServerDefinition>>;

/** Each side as it is deployed: what the cells measure unless they are about another form. */
export const DEPLOYED: BySide<ServerDefinition> = SERVERS;

/** Does something with each side, the program first. */
export async function bySide<Value>(work: (side: Side) => Promise<Value>): Promise<BySide<Value>> {
  return { program: await work('program'), limit: await work('limit') };
}
