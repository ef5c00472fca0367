import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ObjectId, type Document } from 'mongodb';

import {
  accountId,
  context,
  createServices,
  EMAIL,
  origin,
  otherAccountId,
  phoneNumber,
  type TestServices,
} from './services.ts';

let services: TestServices;
/** Finds and updates that were sent, as `explain` takes them. */
let queries: Document[];
let secrets: string[];

/** Uses every method that finds something, among data of others. */
beforeAll(async () => {
  services = await createServices({
    throttled: true,
    accountCollection: { name: 'people', activeField: 'may_act', sessionEpochField: 'changes' },
  });
  const { authentication, login, database } = services;
  await database.collection('people').insertMany(
    [accountId, otherAccountId].map((id) => ({
      _id: ObjectId.createFromHexString(id),
      may_act: true,
    })),
  );
  for (let other = 0; other < 30; other += 1) {
    services.clock.advance(1);
    await authentication.createAccessToken(
      { accountId: otherAccountId, authenticatedBy: 'password', ...origin },
      context,
    );
    await authentication.resetTokens.createPasswordResetToken(
      { accountId: otherAccountId },
      context,
    );
  }
  queries = [];
  database.client.on('commandStarted', ({ commandName, command }) => {
    if (['find', 'aggregate', 'findAndModify', 'update', 'delete'].includes(commandName)) {
      queries.push(toExplainable(command));
    }
  });
  const first = await login.loginByUsernameAndPassword(
    { username: 'ada', password: 'right', ...origin },
    context,
  );
  const second = await login.refresh({ refreshToken: first.refreshToken, ...origin }, context);
  const { sessionId } = await authentication.verifyAccessToken(second, context);
  await login.reauthenticateByPassword({ accountId, sessionId, password: 'right' }, context);
  await authentication.assertRecentlyAuthenticated({ accountId, sessionId }, context);
  await authentication.getCurrentSession({ accountId, sessionId }, context);
  await authentication.otps.requestOtp({ phoneNumber, accountId }, context);
  const [sent] = services.sent;
  await authentication.otps.verifyOtp({ phoneNumber, otpCode: '' }, context).catch(() => undefined);
  await authentication.otps.verifyOtp({ phoneNumber, otpCode: sent!.data.code }, context);
  await authentication.otps.verifyOtp({ phoneNumber, otpCode: '' }, context).catch(() => undefined);
  const { emailCodes } = authentication;
  const emailAddress = EMAIL;
  const hashedPassword = '$argon2id$';
  await emailCodes.requestEmailCode({ emailAddress, hashedPassword }, context);
  const [mail] = services.mails;
  await emailCodes.verifyEmailCode({ emailAddress, code: '' }, context).catch(() => undefined);
  await emailCodes.verifyEmailCode({ emailAddress, code: mail!.data.code }, context);
  await emailCodes.verifyEmailCode({ emailAddress, code: '' }, context).catch(() => undefined);
  const reset = await authentication.resetTokens.createPasswordResetToken({ accountId }, context);
  await authentication.resetTokens.consumePasswordResetToken({ accountId, ...reset }, context);
  await authentication.endSession({ accountId, sessionId }, context);
  await authentication.createAccessToken({ accountId, ...origin }, context);
  await authentication.getSessionsByAccountId({ accountId }, context);
  await (await services.throttle.beginLogin({ name: 'ada' }, context)).fail();
  await services.throttle.forgetKnownSources({ accountId: otherAccountId }, context);
  secrets = [
    first.token,
    second.token,
    first.refreshToken.split('.')[2]!,
    second.refreshToken.split('.')[2]!,
    sent!.data.code,
    mail!.data.code,
    hashedPassword,
    reset.token,
  ];
});
afterAll(async () => {
  await services.remove();
});

const OF_THE_CONNECTION = new Set([
  'lsid',
  'txnNumber',
  'autocommit',
  'startTransaction',
  'readConcern',
  'writeConcern',
  '$clusterTime',
  '$db',
  '$readPreference',
]);

/** The command without what belongs to its connection and transaction. */
function toExplainable(command: Document): Document {
  return Object.fromEntries(
    Object.entries(command).filter(([name]) => !OF_THE_CONNECTION.has(name)),
  );
}

/** An aggregation's is that of its first stage where the server does not plan it as a whole. */
function winningPlanOf({ queryPlanner, stages }: Document): Document {
  const planner = (queryPlanner ?? stages[0].$cursor.queryPlanner) as Document;
  const plan = planner['winningPlan'] as Document;
  return (plan['queryPlan'] as Document | undefined) ?? plan;
}

function joinsIn({ stages = [] }: { stages?: Document[] }): Document[] {
  return stages.filter((stage) => '$lookup' in stage);
}

function stagesOf(plan: Document): string[] {
  const inner = [plan['inputStage'], ...((plan['inputStages'] as Document[] | undefined) ?? [])];
  return [plan['stage'], ...inner.filter(Boolean).flatMap((stage) => stagesOf(stage as Document))];
}

describe('every query', () => {
  it('uses an index, and sorts nothing in memory', async () => {
    expect(queries.length).toBeGreaterThan(15);
    const joins: Document[] = [];
    for (const query of queries) {
      const collection = String(Object.values(query)[0]);
      // There are three signing keys at most, and all of them are wanted.
      if (collection !== 'access_token_signing_keys') {
        const explained = await services.database.driver.command({
          explain: query,
          verbosity: 'executionStats',
        });
        const stages = stagesOf(winningPlanOf(explained));
        const used = [collection, JSON.stringify(query), ...stages];
        expect(used).toEqual(expect.arrayContaining([expect.stringMatching(/^(IXSCAN|IDHACK)$/)]));
        expect(used).not.toContain('COLLSCAN');
        expect(used).not.toContain('SORT');
        joins.push(...joinsIn(explained));
      }
    }
    expect(joins.every(({ collectionScans }) => Number(collectionScans) === 0)).toBe(true);
    expect(new Set(joins.flatMap(({ indexesUsed }) => indexesUsed as string[]))).toEqual(
      new Set(['_id_']),
    );
  });
});

describe('what is stored', () => {
  it('holds no secret in plain', async () => {
    const collections = await services.database.driver.listCollections().toArray();
    const documents = await Promise.all(
      collections.map(({ name }) => services.database.driver.collection(name).find().toArray()),
    );

    const text = JSON.stringify(documents);
    expect(documents.flat().length).toBeGreaterThan(60);
    for (const secret of secrets) {
      expect(text).not.toContain(`"${secret}"`);
    }
    expect(text).not.toContain('"d"');
  });

  it('is what the contract says', async () => {
    const fieldsOf = async (name: string) => {
      const document = await services.database.collection(name).findOne();
      return Object.keys(document!).sort();
    };

    expect(await fieldsOf('sessions')).toEqual([
      '_id',
      'absolute_expires_at',
      'account_id',
      'authenticated_at',
      'authenticated_by',
      'created_at',
      'current_hash',
      'expires_at',
      'generation',
      'ip',
      'last_used_at',
      'previous_hash',
      'revoked_at',
      'rotated_at',
      'salt',
      'transport',
      'updated_at',
      'user_agent',
    ]);
    expect(await fieldsOf('otps')).toEqual([
      '_id',
      'active',
      'attempts',
      'created_at',
      'expires_at',
      'otp_hash',
      'phone_number',
      'purpose',
      'status',
      'updated_at',
    ]);
    expect(await fieldsOf('email_codes')).toEqual([
      '_id',
      'active',
      'attempts',
      'created_at',
      'email',
      'expires_at',
      'otp_hash',
      'purpose',
      'status',
      'updated_at',
    ]);
    expect(await fieldsOf('password_reset_tokens')).toEqual([
      '_id',
      'account',
      'created_at',
      'expires_at',
      'is_used',
      'token_hash',
      'updated_at',
    ]);
  });

  it('is cleaned away by the server, codes and tokens long after they expired', async () => {
    const expiryOf = async (name: string) => {
      const indexes = await services.database.collection(name).listIndexes().toArray();
      return indexes
        .filter(({ expireAfterSeconds }) => expireAfterSeconds !== undefined)
        .map(({ key, expireAfterSeconds }) => [key, expireAfterSeconds]);
    };

    expect(await expiryOf('sessions')).toEqual([[{ absolute_expires_at: 1 }, 0]]);
    expect(await expiryOf('otps')).toEqual([[{ expires_at: 1 }, 24 * 60 * 60]]);
    expect(await expiryOf('email_codes')).toEqual([[{ expires_at: 1 }, 24 * 60 * 60]]);
    expect(await expiryOf('password_reset_tokens')).toEqual([[{ expires_at: 1 }, 2_592_000]]);
    expect(await expiryOf('throttle_counters')).toEqual([[{ expires_at: 1 }, 0]]);
  });
});
