import {
  buildProgram,
  builtProgram,
  databaseUri,
  inWorkspace,
  openProviders,
  Stage,
  TemporaryDirectory,
  type MailSink,
  type Providers,
  type ServerProgram,
} from '@org/harness';
import { startThrowawayMongod, type ThrowawayMongod } from '@org/local-mongodb';
import { build, type BuildOptions } from 'esbuild';
import { MongoClient, type Db } from 'mongodb';

import { measureLoad, type Answers, type LoadResult } from './load/load.ts';

/** What is measured, and what it is measured against. */
export type Side = 'program' | 'limit';

export type BySide<Value> = Readonly<Record<Side, Value>>;

/** Which part of the work a process of the program does. */
export type Role = 'api' | 'all';

export interface ServerDefinition {
  readonly side: Side;
  readonly form: string;
  readonly arguments: readonly string[];
}

export interface StartOptions {
  /** Default: `api`, as in production. */
  readonly role?: Role;
  /** Default: the one named after the server's side. */
  readonly database?: string;
  /** Where the server sends e-mail. Default: a server that takes it. */
  readonly email?: MailSink;
  /** Beside those of every program here. */
  readonly settings?: Readonly<Record<string, string>>;
}

export const SIDES: readonly Side[] = ['program', 'limit'];

/** Gigabytes, so that a million accounts are found in memory. */
const MONGOD_CACHE_SIZE = 1;

const PROGRAM_SOURCE = ['--conditions=@org/source', inWorkspace('apps/api/src/main.ts')];
const LIMIT_SOURCE = inWorkspace('tools/benchmark/src/limit-server.ts');
const LIMIT_BUILT = inWorkspace('tools/benchmark/dist/limit-server.built.js');
const LIMIT_PLAIN = inWorkspace('tools/benchmark/dist/limit-server.plain.js');

/**
 * `built`: bundled to one file. `source`: the TypeScript as it stands. `plain`: JavaScript that
 * finds its packages in node_modules, as a server of one file is commonly run.
 */
export const SERVERS = {
  program: { side: 'program', form: 'built', arguments: [builtProgram] },
  programFromSource: { side: 'program', form: 'source', arguments: PROGRAM_SOURCE },
  limit: { side: 'limit', form: 'plain', arguments: [LIMIT_PLAIN] },
  limitBuilt: { side: 'limit', form: 'built', arguments: [LIMIT_BUILT] },
} as const satisfies Readonly<Record<string, ServerDefinition>>;

/** Each side as it is deployed: what the cells measure unless they are about another form. */
export const DEPLOYED: BySide<ServerDefinition> = SERVERS;

/** Does something with each side, the program first. */
export async function bySide<Value>(work: (side: Side) => Promise<Value>): Promise<BySide<Value>> {
  return { program: await work('program'), limit: await work('limit') };
}

/** Where both sides run: the same mongod, Node and machine. Nothing of it outlives this process. */
export class Bench extends Stage {
  readonly #mongod: ThrowawayMongod;
  readonly #client: MongoClient;
  #kept: BySide<ServerProgram> | undefined;

  private constructor(providers: Providers, mongod: ThrowawayMongod) {
    super(new TemporaryDirectory('org-benchmark'), providers);
    this.#mongod = mongod;
    this.#client = new MongoClient(mongod.uri);
  }

  static async open(report: (line: string) => void): Promise<Bench> {
    const mongod = await startThrowawayMongod({ report, cacheSize: MONGOD_CACHE_SIZE });
    return new Bench(await openProviders(), mongod);
  }

  /** Puts a load on a server and tells what it took. */
  measure({ pid }: ServerProgram, load: () => Promise<Answers>): Promise<LoadResult> {
    return measureLoad({ server: pid, mongod: this.mongodPid }, load);
  }

  get mongodPid(): number {
    return this.#mongod.pid;
  }

  /** For what is put into a database past the servers. */
  database(name: string): Db {
    return this.#client.db(name);
  }

  uriOf(database: string): string {
    return databaseUri(this.#mongod.uri, database);
  }

  /** Spawns a server; its first request waits until it listens. */
  async start(server: ServerDefinition, options: StartOptions = {}): Promise<ServerProgram> {
    const { role = 'api', database = server.side, email = this.email, settings } = options;
    return this.spawn({
      arguments: server.arguments,
      mongodbUri: this.uriOf(database),
      settings: { ROLE: role, ...email.settings, ...settings },
    });
  }

  /** Starts both sides as they are deployed, the program in that role. */
  async startSides(role: Role = 'api'): Promise<BySide<ServerProgram>> {
    const start = (side: Side) => this.start(DEPLOYED[side], side === 'program' ? { role } : {});
    return role === 'api' && this.#kept !== undefined ? this.#kept : bySide(start);
  }

  /**
   * Where there is no time to lose, the same two serve one cell after the other; otherwise each cell
   * has fresh ones, so that no cell changes another's figures.
   */
  async keepSides(): Promise<void> {
    this.#kept = await this.startSides();
  }

  /** Ends all servers that are not kept. */
  async killServers(): Promise<void> {
    await this.killPrograms(Object.values(this.#kept ?? {}));
  }

  override async close(): Promise<void> {
    await super.close();
    await this.#client.close();
    await this.#mongod.stop();
  }
}

/** Builds both sides as they are now, the limit plain and as the program is built. */
export async function buildSides(): Promise<void> {
  await buildProgram();
  const common: BuildOptions = {
    entryPoints: [LIMIT_SOURCE],
    platform: 'node',
    format: 'esm',
    target: 'node24',
    logLevel: 'warning',
  };
  await build({ ...common, outfile: LIMIT_PLAIN, bundle: false });
  await build({
    ...common,
    outfile: LIMIT_BUILT,
    bundle: true,
    external: ['argon2'],
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    minifyWhitespace: true,
    minifySyntax: true,
    sourcemap: 'linked',
  });
}
