import { isSuccess, waitUntil } from '@org/harness';
import type { Db } from 'mongodb';

import { checkInvariants } from '../invariants/check-invariants.ts';
import { COLLECTION_NAMES } from '../invariants/stored-documents.ts';
import type { ApiClient } from '../load/api-client.ts';
import { makeCredentials } from '../load/people.ts';
import { checkFindings, checkThat, formatTime, listNothing } from './check.ts';
import type { Fault, FaultContext } from './fault.ts';

const ROUNDS = { quick: 2, full: 20 };
const INSTANCES = 4;
const WRITE_LIMIT_MILLISECONDS = 60_000;

/** What of an index the contract fixes. */
interface Index {
  readonly key: object;
  readonly unique?: boolean;
}

const phoneNumber = { 'phone_number.country_code': 1, 'phone_number.phone_number': 1 };

/** The indexes that http-contract.md gives keys for. */
const CONTRACT_INDEXES: readonly string[] = [
  renderIndex('accounts', { key: { username: 1 }, unique: true }),
  renderIndex('accounts', { key: phoneNumber, unique: true }),
  renderIndex('account_notification_preferences', {
    key: { active: 1, account_id: 1 },
    unique: true,
  }),
  renderIndex('otps', { key: { ...phoneNumber, purpose: 1 }, unique: true }),
  renderIndex('password_reset_tokens', { key: { token_hash: 1 }, unique: true }),
  renderIndex('audit_log', { key: { resource_type: 1, resource_id: 1, timestamp: 1 } }),
  renderIndex('audit_log', { key: { actor_type: 1, actor_id: 1, timestamp: 1 } }),
  renderIndex('job_run', { key: { job_name: 1, started_at: -1 } }),
  renderIndex('job_run', { key: { status: 1 } }),
];

export const fourBoots: Fault = {
  id: 'F10',
  title: 'four instances boot on an empty database',
  run: async (context) => {
    const rounds = await context.rounds(ROUNDS, (round) => bootTogether(context, `org-${round}`));
    const startTimes = rounds.flatMap((round) => round.startTimes);
    const slowest = formatTime(Math.max(...startTimes));
    const booted = rounds.length * INSTANCES;
    const late = rounds.flatMap((round) => round.missingAtFirstWrite);
    const missing = rounds.flatMap((round) => round.missing);
    const open = rounds.flatMap((round) => round.withoutValidator);
    return [
      checkThat(
        `instances ready, the slowest in ${slowest}`,
        startTimes.length === booted,
        String(startTimes.length),
        String(booted),
      ),
      listNothing('indexes missing when a first write had been served', late),
      listNothing(`of ${CONTRACT_INDEXES.length} indexes of the contract, missing`, missing),
      listNothing('collections without a validator', open),
      checkFindings('no half state, no change without record', {
        checked: rounds.reduce((sum, { findings }) => sum + findings.checked, 0),
        violations: rounds.flatMap(({ findings }) => findings.violations),
      }),
    ];
  },
};

async function bootTogether({ stage }: FaultContext, databaseName: string) {
  const database = stage.databaseServer.database(databaseName);
  const programs = await Promise.all(
    Array.from({ length: INSTANCES }, () => stage.spawn({ role: 'all', databaseName })),
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
  const signUp = async () => isSuccess(await client.signUp(makeCredentials(), 'Ada'));
  await waitUntil('The first write', WRITE_LIMIT_MILLISECONDS, signUp, 5);
  return listIndexes(database);
}

async function listIndexes(database: Db): Promise<ReadonlySet<string>> {
  const collections = await database.collections();
  const ofContract = collections.filter(({ collectionName }) =>
    COLLECTION_NAMES.includes(collectionName),
  );
  const indexes = ofContract.map(async (collection) =>
    (await collection.indexes()).map((index) => renderIndex(collection.collectionName, index)),
  );
  return new Set((await Promise.all(indexes)).flat());
}

async function listCollectionsWithoutValidator(database: Db): Promise<string[]> {
  const collections = await database.listCollections().toArray();
  const withValidator = collections
    .filter((each) => 'options' in each && each.options['validator'] !== undefined)
    .map(({ name }) => name);
  return COLLECTION_NAMES.filter((name) => !withValidator.includes(name));
}

/** Such as `accounts {"username":1} unique`. */
function renderIndex(collection: string, { key, unique }: Index): string {
  return `${collection} ${JSON.stringify(key)}${unique === true ? ' unique' : ''}`;
}
