import { deepStrictEqual } from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { databaseUri, inWorkspace, makeSecretKey, TemporaryDirectory } from '@org/harness';
import { startThrowawayMongod } from '@org/local-mongodb';

import { pack, readLibraries, type Library } from '../libraries.ts';
import { conclude, run, runCase } from '../workspace.ts';
import { tryBrowserApps } from './browser-apps.ts';
import { callServer } from './call-server.ts';
import { consumerKinds } from './consumer-kinds.ts';
import { makeConsumerProject, nodeOf, outsideEnvironment } from './consumer-project.ts';
import { exerciseAccounts, exerciseBackend } from './exercises.ts';
import { tellsSameLines, writeFigures, type Figure } from './figures.ts';
import { countLinesToServices, findExamples, findLines } from './readme-example.ts';
import { trySecondRepository } from './second-repository.ts';

/** What a reader copies before the first use of a service. */
const MAXIMUM_LINES_TO_SERVICES = 20;
/** A whole program on `@org/backend`. */
const MAXIMUM_LINES_OF_BACKEND = 15;

const BACKEND_README = inWorkspace('libs/backend/README.md');
const HOSTS = { id: 'hosts', heading: ['host', 'lines', 'seconds'] } as const;
const EXERCISES = { id: 'exercises', heading: ['exercise', 'lines', 'seconds'] } as const;

type Consumer = ReturnType<typeof findConsumers>[number];

/**
 * The gate of the libraries: the programs of their READMEs, run on what npm would publish. With
 * `--update` it writes the figures that it measured into the README of `@org/backend`.
 */
const shouldUpdate = process.argv.includes('--update');
const libraries = readLibraries();
const consumers = libraries.flatMap(findConsumers);
const directory = new TemporaryDirectory('consumers').path;
const tarballs = await pack(libraries, directory);
const mongod = await startThrowawayMongod();
const hosts: Figure[] = [];
const exercises: Figure[] = [];
const cases = [
  ['a second repository', checkSecondRepository] as const,
  ['apps in a browser', checkBrowserApps] as const,
  ...consumers.map((consumer) => [titleOf(consumer), () => check(consumer)] as const),
].values();
// Two at a time, so that the seconds of each say something.
await Promise.all([runCases(), runCases()]);
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

async function runCases(): Promise<void> {
  for (const [title, work] of cases) {
    await runCase(title, work);
  }
}

function titleOf({ library, kind }: Consumer): string {
  return `${library.name}: ${kind.description}`;
}

async function check({ library, example, kind, lines }: Consumer): Promise<string | undefined> {
  const startedAt = performance.now();
  const name = `${library.name.replace(/.*\//, '')}-${example.kind}`;
  const program = await makeConsumerProject({
    kind,
    folder: join(directory, name),
    code: example.code,
    tarballs: tarballsFor(library.name),
  });
  const settings = { MONGODB_URI: databaseUri(mongod.uri, name), SECRET_KEY: makeSecretKey() };
  const env = { ...outsideEnvironment(), ...settings };
  if (kind.serves === undefined) {
    const printed = await run(nodeOf(kind), [program], { cwd: dirname(program), env });
    deepStrictEqual(printed.trim().split('\n'), example.output);
    return undefined;
  }
  const exercise = kind.serves === 'accounts' ? exerciseAccounts : exerciseBackend;
  const answeredAt = await callServer(
    { command: nodeOf(kind), program, environment: env },
    exercise,
  );
  if (kind.serves === 'accounts') {
    return undefined;
  }
  const seconds = (answeredAt - startedAt) / 1000;
  hosts.push({ name: kind.description, lines, seconds });
  return `${lines} lines, ${seconds.toFixed(1)} s from npm install to the first answer`;
}

async function checkSecondRepository(): Promise<string> {
  const startedAt = performance.now();
  exercises.push(
    ...(await trySecondRepository({
      folder: join(directory, 'second-repository'),
      tarballs: tarballsFor('@org/backend'),
      mongodbUri: mongod.uri,
    })),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  const lines = exercises.reduce((sum, exercise) => sum + exercise.lines, 0);
  exercises.push({ name: 'all of it, from `npm install` to the mail', lines, seconds });
  return `${lines} lines, 0 lines of difference in our packages`;
}

async function checkBrowserApps(): Promise<string> {
  return tryBrowserApps({
    folder: join(directory, 'browser-apps'),
    tarballs: tarballsFor('@org/backend', '@org/api-client'),
    mongodbUri: mongod.uri,
  });
}

/** Of the libraries and those of ours that they depend on. */
function tarballsFor(...names: readonly string[]): ReadonlyMap<string, string> {
  const needed = new Set(names);
  for (const each of needed) {
    const dependencies = libraries.find((library) => library.name === each)?.dependencies ?? [];
    dependencies.filter((dependency) => tarballs.has(dependency)).forEach((one) => needed.add(one));
  }
  return new Map([...tarballs].filter(([each]) => needed.has(each)));
}

function concludeFigures(): void {
  const readme = readFileSync(BACKEND_README, 'utf8');
  const ofHosts = hosts.toSorted((one, other) => one.name.localeCompare(other.name));
  const written = writeFigures(writeFigures(readme, HOSTS, ofHosts), EXERCISES, exercises);
  if (shouldUpdate) {
    writeFileSync(BACKEND_README, written);
  } else if (!tellsSameLines(readme, written)) {
    conclude(['libs/backend/README.md tells other lines: run this gate with --update.']);
  }
}
