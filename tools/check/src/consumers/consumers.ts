import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startThrowawayMongod } from '@org/local-mongodb';

import { pack, readLibraries, type Library } from '../libraries.ts';
import { exerciseAccounts } from './account-exercise.ts';
import { consumerKinds, type ConsumerKind } from './consumer-kinds.ts';
import { makeConsumerProject } from './consumer-project.ts';
import { countLinesToServices, findExamples, type ReadmeExample } from './readme-example.ts';
import { runConsumer } from './run-consumer.ts';

/** What a reader copies before the first use of a service. */
const MAXIMUM_LINES_TO_SERVICES = 20;

const exercises: Readonly<Record<string, (address: string) => Promise<void>>> = {
  '@org/account': exerciseAccounts,
};

interface Consumer {
  readonly library: Library;
  readonly example: ReadmeExample;
  readonly kind: ConsumerKind;
}

function findConsumers(library: Library): readonly Consumer[] {
  const readme = join(library.folder, 'README.md');
  const examples = existsSync(readme) ? findExamples(readFileSync(readme, 'utf8')) : [];
  return examples.map((example) => {
    const kind = consumerKinds[example.kind];
    if (kind === undefined) {
      throw new Error(`${readme} has a block for consumer=${example.kind}; there is no such kind.`);
    }
    const lines = countLinesToServices(example);
    if (lines === 0 || lines > MAXIMUM_LINES_TO_SERVICES) {
      throw new Error(
        `${readme}: consumer=${example.kind} needs ${lines} lines until its services are initialized; at most ${MAXIMUM_LINES_TO_SERVICES}, at least one.`,
      );
    }
    return { library, example, kind };
  });
}

/** The library and those of ours that it depends on. */
function closureOf(library: Library, libraries: readonly Library[]): readonly Library[] {
  const needed = new Set([library]);
  for (const { dependencies } of needed) {
    libraries.filter(({ name }) => dependencies.includes(name)).forEach((each) => needed.add(each));
  }
  return [...needed];
}

const libraries = readLibraries();
const consumers = libraries.flatMap(findConsumers);
const directory = mkdtempSync(join(tmpdir(), 'consumers-'));
const tarballs = new Map(libraries.map((library) => [library.name, pack(library, directory)]));
const mongod = await startThrowawayMongod();

async function check({ library, example, kind }: Consumer): Promise<boolean> {
  const title = `${library.name}: ${kind.description}`;
  const name = `${library.name.replace(/.*\//, '')}-${example.kind}`;
  const startedAt = performance.now();
  try {
    const needed = closureOf(library, libraries).map((each) => each.name);
    const program = await makeConsumerProject({
      kind,
      folder: join(directory, name),
      code: example.code,
      tarballs: new Map([...tarballs].filter(([each]) => needed.includes(each))),
    });
    await runConsumer({
      kind,
      program,
      mongodbUri: mongod.uri.replace('/?', `/${name}?`),
      output: example.output,
      exercise: exercises[library.name] ?? (() => Promise.resolve()),
    });
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    process.stdout.write(`passed  ${title} (${seconds} s)\n`);
    return true;
  } catch (error) {
    process.stdout.write(`${(error as Error).message}\nFAILED  ${title}\n`);
    return false;
  }
}

const outcomes = await Promise.all(consumers.map(check));
await mongod.stop();
rmSync(directory, { recursive: true });
process.stdout.write(`${outcomes.filter(Boolean).length} of ${outcomes.length} consumers run\n`);
process.exitCode = outcomes.length > 0 && outcomes.every(Boolean) ? 0 : 1;
