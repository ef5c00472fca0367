import { deepStrictEqual } from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import {
  ChildProgram,
  databaseUri,
  findFreePort,
  inWorkspace,
  makeSecretKey,
  TemporaryDirectory,
} from '@org/harness';
import { startThrowawayMongod } from '@org/local-mongodb';

import { pack, readLibraries, type Library } from '../libraries.ts';
import { conclude, run, runCase } from '../workspace.ts';
import { consumerKinds, type ConsumerKind } from './consumer-kinds.ts';
import { makeConsumerProject, nodeOf, outsideEnvironment } from './consumer-project.ts';
import { exerciseAccounts, exerciseBackend, firstAnswer } from './exercises.ts';
import { tellsLines, writeFigures, type Figure } from './figures.ts';
import { countLinesToServices, findExamples, findLines } from './readme-example.ts';

/** What a reader copies before the first use of a service. */
const MAXIMUM_LINES_TO_SERVICES = 20;
/** A whole program on `@org/backend`. */
const MAXIMUM_LINES_OF_BACKEND = 15;

const BACKEND_README = inWorkspace('libs/backend/README.md');
const BACKEND_TABLE = { id: 'hosts', heading: ['host', 'lines', 'seconds'] } as const;

type Consumer = ReturnType<typeof findConsumers>[number];

/**
 * The gate of the libraries: the programs of their READMEs, run on what npm would publish. With
 * `--update` it writes the figures that it measured into the README of `@org/backend`.
 */
const shouldUpdate = process.argv.includes('--update');
const libraries = readLibraries();
const consumers = libraries.flatMap(findConsumers);
const directory = new TemporaryDirectory('consumers').path;
const tarballs = new Map<string, string>();
for (const library of libraries) {
  tarballs.set(library.name, await pack(library, directory));
}
const mongod = await startThrowawayMongod();
const backendFigures: Figure[] = [];
await Promise.all(
  consumers.map((consumer) => {
    const { library, kind } = consumer;
    return runCase(`${library.name}: ${kind.description}`, () => check(consumer));
  }),
);
await mongod.stop();
if (process.exitCode === undefined) {
  concludeFigures();
}

function findConsumers(library: Library) {
  const readme = join(library.folder, 'README.md');
  const examples = existsSync(readme) ? findExamples(readFileSync(readme, 'utf8')) : [];
  return examples.map((example) => {
    const kind = consumerKinds[example.kind];
    const block = `${readme}: the block for consumer=${example.kind}`;
    if (kind === undefined) {
      throw new Error(`${block} is for a kind that there is not.`);
    }
    const isBackend = kind.serves === 'backend';
    const maximum = isBackend ? MAXIMUM_LINES_OF_BACKEND : MAXIMUM_LINES_TO_SERVICES;
    const lines = isBackend ? findLines(example.code).length : countLinesToServices(example);
    if (lines === 0 || lines > maximum) {
      const until = isBackend ? '' : ' until its services are initialized';
      throw new Error(`${block} needs ${lines} lines${until}; at most ${maximum}, at least one.`);
    }
    return { library, example, kind, lines };
  });
}

async function check({ library, example, kind, lines }: Consumer): Promise<string | undefined> {
  const startedAt = performance.now();
  const name = `${library.name.replace(/.*\//, '')}-${example.kind}`;
  const needed = closureOf(library).map((each) => each.name);
  const program = await makeConsumerProject({
    kind,
    folder: join(directory, name),
    code: example.code,
    tarballs: new Map([...tarballs].filter(([each]) => needed.includes(each))),
  });
  const settings = { MONGODB_URI: databaseUri(mongod.uri, name), SECRET_KEY: makeSecretKey() };
  const env = { ...outsideEnvironment(), ...settings };
  if (kind.serves === undefined) {
    const printed = await run(nodeOf(kind), [program], { cwd: dirname(program), env });
    deepStrictEqual(printed.trim().split('\n'), example.output);
    return undefined;
  }
  const answeredAt = await serve(kind, program, env);
  if (kind.serves === 'accounts') {
    return undefined;
  }
  const seconds = (answeredAt - startedAt) / 1000;
  backendFigures.push({ name: kind.description, lines, seconds });
  return `${lines} lines, ${seconds.toFixed(1)} s from npm install to the first answer`;
}

/** @returns when its first answer came, by `performance.now()` */
async function serve(
  kind: ConsumerKind,
  program: string,
  environment: NodeJS.ProcessEnv,
): Promise<number> {
  const port = await findFreePort();
  const server = new ChildProgram({
    ...{ command: nodeOf(kind), arguments: [program], directory: dirname(program) },
    environment: { ...environment, PORT: String(port) },
  });
  const address = `http://127.0.0.1:${port}`;
  try {
    await firstAnswer(server, address);
    const answeredAt = performance.now();
    await (kind.serves === 'accounts' ? exerciseAccounts(address) : exerciseBackend(address));
    return answeredAt;
  } finally {
    await server.stop();
  }
}

/** The library and those of ours that it depends on. */
function closureOf(library: Library): readonly Library[] {
  const needed = new Set([library]);
  for (const { dependencies } of needed) {
    libraries.filter(({ name }) => dependencies.includes(name)).forEach((each) => needed.add(each));
  }
  return [...needed];
}

function concludeFigures(): void {
  const readme = readFileSync(BACKEND_README, 'utf8');
  const figures = backendFigures.toSorted((one, other) => one.name.localeCompare(other.name));
  if (shouldUpdate) {
    writeFileSync(BACKEND_README, writeFigures(readme, BACKEND_TABLE, figures));
  } else if (!tellsLines(readme, BACKEND_TABLE, figures)) {
    conclude(['libs/backend/README.md tells other lines: run this gate with --update.']);
  }
}
