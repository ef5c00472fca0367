import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import {
  ChildProgram,
  databaseUri,
  fetchJson,
  makeSecretKey,
  TemporaryDirectory,
} from '@org/harness';
import { startThrowawayMongod } from '@org/local-mongodb';

import { pack, readLibraries, type Library } from '../libraries.ts';
import { conclude, run, runCase } from '../workspace.ts';
import {
  consumerKinds,
  makeConsumerProject,
  nodeOf,
  outsideEnvironment,
  type ConsumerKind,
} from './consumer-project.ts';
import { countLinesToServices, findExamples } from './readme-example.ts';

/** What a reader copies before the first use of a service. */
const MAXIMUM_LINES_TO_SERVICES = 20;

const ada = {
  first_name: 'Ada',
  last_name: 'Lovelace',
  username: 'ada',
  password: 'analytical engine',
};

type Consumer = ReturnType<typeof findConsumers>[number];

/** The gate of the libraries: the programs of their READMEs, run on what npm would publish. */
const libraries = readLibraries();
const consumers = libraries.flatMap(findConsumers);
const directory = new TemporaryDirectory('consumers').path;
const tarballs = new Map<string, string>();
for (const library of libraries) {
  tarballs.set(library.name, await pack(library, directory));
}
const mongod = await startThrowawayMongod();
await Promise.all(
  consumers.map((consumer) => {
    const { library, kind } = consumer;
    return runCase(`${library.name}: ${kind.description}`, () => check(consumer));
  }),
);
await mongod.stop();
if (consumers.length === 0) {
  conclude(['No README has a program of a consumer.']);
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
    const lines = countLinesToServices(example);
    if (lines === 0 || lines > MAXIMUM_LINES_TO_SERVICES) {
      throw new Error(
        `${block} needs ${lines} lines until its services are initialized; at most ${MAXIMUM_LINES_TO_SERVICES}, at least one.`,
      );
    }
    return { library, example, kind };
  });
}

async function check({ library, example, kind }: Consumer): Promise<void> {
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
  if (kind.isServer) {
    await exerciseServer(kind, program, env);
  } else {
    const printed = await run(nodeOf(kind), [program], { cwd: dirname(program), env });
    deepStrictEqual(printed.trim().split('\n'), example.output);
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

/** Signs up and looks up by HTTP, as a client of an app that mounts `@org/account/rest-api`. */
async function exerciseServer(
  kind: ConsumerKind,
  program: string,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const options = { command: nodeOf(kind), arguments: [program], directory: dirname(program) };
  const server = new ChildProgram({ ...options, environment });
  try {
    const address = await server.printed(/^(http\S+)$/m);
    const signUp = await fetchJson('POST', `${address}/accounts`, { body: ada });
    strictEqual(signUp.status, 201, JSON.stringify(signUp.body));
    const id = String(signUp.body['id']);
    const readAs = (user: string) =>
      fetchJson('GET', `${address}/accounts/${id}`, { headers: { 'x-user': user } });
    const own = await readAs(id);
    strictEqual(own.status, 200);
    strictEqual(own.body['username'], 'ada');
    strictEqual((await readAs('somebody')).status, 403);
    strictEqual((await fetchJson('GET', `${address}/hello`)).status, 200);
  } finally {
    await server.stop();
  }
}
