import type { Db } from 'mongodb';

import { isSuccess } from '../http/http-client.ts';
import { checkInvariants } from '../invariants/check-invariants.ts';
import { COLLECTION_NAMES } from '../invariants/stored-documents.ts';
import { ApiClient } from '../load/api-client.ts';
import { makeCredentials } from '../load/identities.ts';
import type { Program } from '../stage/program.ts';
import type { Stage } from '../stage/stage.ts';
import { waitUntil } from '../stage/wait-until.ts';
import { largest } from '../statistics.ts';
import { checkFindings, checkThat, formatTime, listNothing, type Check } from './check.ts';
import { CONTRACT_INDEXES, describeIndex } from './contract-indexes.ts';
import { byMode, type Fault } from './fault.ts';

const ROUNDS = { quick: 2, full: 20 };
const INSTANCES = 4;
const WRITE_LIMIT_MILLISECONDS = 60_000;

export const fourBoots: Fault = {
  id: 'F10',
  title: 'four instances boot on an empty database',
  run: async ({ mode, stage, progress }) => {
    const rounds: Round[] = [];
    for (let round = 0; round < byMode(mode, ROUNDS); round += 1) {
      rounds.push(await bootTogether(stage, `org-${round}`));
      progress(round + 1, byMode(mode, ROUNDS));
    }
    return judgeRounds(rounds);
  },
};

interface Round {
  readonly startTimes: readonly number[];
  /** Indexes of the contract that were not there when a first write had been served. */
  readonly missingAtFirstWrite: readonly string[];
  /** Indexes of the contract that are not there at all. */
  readonly missing: readonly string[];
  readonly withoutValidator: readonly string[];
  readonly findings: Awaited<ReturnType<typeof checkInvariants>>;
}

async function bootTogether(stage: Stage, databaseName: string): Promise<Round> {
  const database = stage.databaseServer.database(databaseName);
  const programs = await Promise.all(
    Array.from({ length: INSTANCES }, () => stage.spawn({ role: 'all', databaseName })),
  );
  const ready = Promise.all(programs.map((program) => program.untilReady()));
  const atFirstWrite = await Promise.all(
    programs.map((program) => listIndexesAtFirstWrite(program, database)),
  );
  const startTimes = await ready;
  const final = await listIndexes(database);
  const round = {
    startTimes,
    missingAtFirstWrite: [...final].filter((index) =>
      atFirstWrite.some((indexes) => !indexes.has(index)),
    ),
    missing: CONTRACT_INDEXES.filter((index) => !final.has(index)),
    withoutValidator: await listCollectionsWithoutValidator(database),
    findings: await checkInvariants(database),
  };
  await Promise.all(programs.map((program) => program.kill()));
  return round;
}

/** Signs up as soon as anybody is let, and looks at the indexes at once. */
async function listIndexesAtFirstWrite(
  { port }: Program,
  database: Db,
): Promise<ReadonlySet<string>> {
  const client = new ApiClient(port);
  await waitUntil(
    {
      what: 'The first write',
      limitMilliseconds: WRITE_LIMIT_MILLISECONDS,
      pauseMilliseconds: 5,
    },
    async () => (isSuccess(await client.signUp(makeCredentials(), 'Ada')) ? true : undefined),
  );
  const indexes = await listIndexes(database);
  client.close();
  return indexes;
}

async function listIndexes(database: Db): Promise<ReadonlySet<string>> {
  const collections = await database.listCollections({}, { nameOnly: true }).toArray();
  const names = collections
    .map(({ name }) => name)
    .filter((name) => COLLECTION_NAMES.includes(name));
  const indexes = await Promise.all(
    names.map(async (name) =>
      (await database.collection(name).indexes()).map((index) => describeIndex(name, index)),
    ),
  );
  return new Set(indexes.flat());
}

async function listCollectionsWithoutValidator(database: Db): Promise<string[]> {
  const collections = await database.listCollections().toArray();
  const withValidator = collections.filter(
    (each) => 'options' in each && each.options['validator'] !== undefined,
  );
  const names = new Set(withValidator.map(({ name }) => name));
  return COLLECTION_NAMES.filter((name) => !names.has(name));
}

function judgeRounds(rounds: readonly Round[]): Check[] {
  const startTimes = rounds.flatMap((round) => round.startTimes);
  const missing = rounds.flatMap((round) => round.missing);
  const late = rounds.flatMap((round) => round.missingAtFirstWrite);
  const open = rounds.flatMap((round) => round.withoutValidator);
  const violations = rounds.flatMap(({ findings }) => findings.violations);
  const checked = rounds.reduce((sum, { findings }) => sum + findings.checked, 0);
  return [
    checkThat(
      `instances ready, the slowest in ${formatTime(largest(startTimes))}`,
      startTimes.length === rounds.length * INSTANCES,
      String(startTimes.length),
      String(rounds.length * INSTANCES),
    ),
    listNothing('indexes missing when a first write had been served', late),
    listNothing(`of ${CONTRACT_INDEXES.length} indexes of the contract, missing`, missing),
    listNothing('collections without a validator', open),
    checkFindings('no half state, no change without record', { checked, violations }),
  ];
}
