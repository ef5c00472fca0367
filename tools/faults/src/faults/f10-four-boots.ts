import { isSuccess, waitUntil } from '@org/harness';
import type { Db } from 'mongodb';

import { joinFindings } from '../invariants/findings.ts';
import { checkInvariants } from '../invariants/invariants.ts';
import { COLLECTION_NAMES } from '../invariants/stored-documents.ts';
import { makeCredentials, type ApiClient } from '../load/api-client.ts';
import { checkCount, checkFindings, formatTime, listNothing } from './check.ts';
import type { Fault, FaultContext } from './fault.ts';

const ROUNDS = { quick: 2, full: 20 };
const INSTANCES = 4;

const NUMBER = '"phone_number.country_code":1,"phone_number.phone_number":1';

/** The indexes that http-contract.md gives keys for, of a database that began without accounts. */
const CONTRACT_INDEXES: readonly string[] = [
  'account_identities {"account_id":1}',
  'account_notification_preferences {"active":1,"account_id":1} unique',
  `otps {${NUMBER},"purpose":1} unique`,
  'password_reset_tokens {"token_hash":1} unique',
  'audit_log {"resource_type":1,"resource_id":1,"timestamp":1}',
  'audit_log {"actor_type":1,"actor_id":1,"timestamp":1}',
  'job_run {"job_name":1,"started_at":-1}',
  'job_run {"status":1}',
];

export const fourBoots: Fault = {
  id: 'F10',
  title: 'four instances boot on an empty database',
  run: async (context) => {
    const rounds = await context.rounds(ROUNDS, (round) => bootTogether(context, `org-${round}`));
    const startTimes = rounds.flatMap((round) => round.startTimes);
    const name = `instances ready, the slowest in ${formatTime(Math.max(...startTimes))}`;
    const late = rounds.flatMap((round) => round.missingAtFirstWrite);
    const missing = rounds.flatMap((round) => round.missing);
    const open = rounds.flatMap((round) => round.withoutValidator);
    const findings = joinFindings(rounds.map((round) => round.findings));
    return [
      checkCount(name, startTimes.length, rounds.length * INSTANCES),
      listNothing('indexes missing when a first write had been served', late),
      listNothing(`of ${CONTRACT_INDEXES.length} indexes of the contract, missing`, missing),
      listNothing('collections without a validator', open),
      checkFindings('no half state, no change without record', findings),
    ];
  },
};

async function bootTogether({ stage }: FaultContext, databaseName: string) {
  const database = stage.database(databaseName);
  const programs = await Promise.all(
    Array.from({ length: INSTANCES }, () => stage.launch({ role: 'all', databaseName })),
  );
  const ready = Promise.all(programs.map((program) => program.untilReady()));
  const atFirstWrite = await Promise.all(
    programs.map((program) => listIndexesAtFirstWrite(stage.connect(program), database)),
  );
  const startTimes = await ready;
  const final = await listIndexes(database);
  const isLate = (index: string) => atFirstWrite.some((indexes) => !indexes.has(index));
  const round = {
    startTimes,
    missingAtFirstWrite: [...final].filter(isLate),
    missing: CONTRACT_INDEXES.filter((index) => !final.has(index)),
    withoutValidator: await listCollectionsWithoutValidator(database),
    findings: await checkInvariants(database),
  };
  await Promise.all(programs.map((program) => program.kill()));
  return round;
}

/** Signs up as soon as anybody is let, and looks at the indexes at once. */
async function listIndexesAtFirstWrite(client: ApiClient, database: Db) {
  const signUp = async () => isSuccess(await client.signUp(makeCredentials()));
  await waitUntil('The first write', signUp, 5);
  return listIndexes(database);
}

/** Such as `accounts {"username":1} unique`. */
async function listIndexes(database: Db): Promise<ReadonlySet<string>> {
  const collections = await database.collections();
  const ofContract = collections.filter(({ collectionName: name }) =>
    COLLECTION_NAMES.includes(name),
  );
  const lists = ofContract.map(async (collection) =>
    (await collection.indexes()).map(({ key, unique }) => {
      const suffix = unique === true ? ' unique' : '';
      return `${collection.collectionName} ${JSON.stringify(key)}${suffix}`;
    }),
  );
  return new Set((await Promise.all(lists)).flat());
}

async function listCollectionsWithoutValidator(database: Db): Promise<string[]> {
  const collections = await database.listCollections().toArray();
  const withValidator = collections
    .filter((each) => 'options' in each && each.options['validator'] !== undefined)
    .map(({ name }) => name);
  return COLLECTION_NAMES.filter((name) => !withValidator.includes(name));
}
