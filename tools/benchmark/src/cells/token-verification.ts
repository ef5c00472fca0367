import { randomBytes } from 'node:crypto';

import { AuthenticationService, ThrottleService } from '@org/authentication';
import { OperationContext, SecretKey, type AuditTrail } from '@org/core';
import { Database } from '@org/core/store';
import { decodeProtectedHeader, importJWK, jwtVerify, type CryptoKey } from 'jose';

import { interleave } from '../comparison.ts';
import type { Cell, CellContext } from './cell.ts';

/** Verifies as often as it says, and no more. */
interface Subject {
  readonly label: string;
  readonly count: number;
  readonly verify: (index: number, round: number) => Promise<unknown>;
}

const NAME = 'token verification';
const ISSUER = 'benchmark';

/** With the tokens that are verified for the first time in a round, and by jose in each. */
const PLANS = {
  quick: { rounds: 3, tokens: 60, rememberedVerifications: 5_000 },
  full: { rounds: 9, tokens: 100, rememberedVerifications: 30_000 },
};

const UNRECORDED: AuditTrail = {
  recordsOwnerReads: false,
  record: () => Promise.resolve(),
  recordFromSource: () => Promise.resolve(),
};

const CONTEXT = OperationContext.anonymous(NAME);

/** The authentication service's own time for a token, in this process, beside jose's alone. */
export const tokenVerification: Cell = {
  name: NAME,
  measure: async (context) => {
    const database = await Database.connect({ uri: context.bench.uriOf('token-verification') });
    try {
      const subjects = await prepareSubjects(await openAuthentication(database), context);
      const { rounds } = PLANS[context.mode];
      const plan = { atMost: rounds, atLeast: rounds, within: 0 };
      const samples = await interleave(subjects, plan, measureSubject);
      const [jose = [], ...others] = subjects.map((subject) => samples.get(subject) ?? []);
      return others.map((measured, index) => ({
        name: `${NAME}, ${subjects[index + 1]?.label ?? ''}`,
        unit: 'µs CPU',
        measured,
        base: { label: 'jose alone', samples: jose },
      }));
    } finally {
      await database.close();
      await context.bench.database('token-verification').dropDatabase();
    }
  },
};

async function openAuthentication(database: Database): Promise<AuthenticationService> {
  const secretKey = SecretKey.create({ current: randomBytes(32) });
  const authentication = AuthenticationService.create({
    database,
    audit: UNRECORDED,
    notification: { sendSmsForAccount: () => Promise.resolve(undefined) },
    throttle: ThrottleService.create({ database, audit: UNRECORDED, secretKey, enabled: false }),
    secretKey,
    settings: { accessTokenIssuer: ISSUER, accessTokenAudience: ISSUER },
  });
  await authentication.initialize();
  return authentication;
}

/** jose first, which the others are held against. */
async function prepareSubjects(
  authentication: AuthenticationService,
  { mode, report }: CellContext,
): Promise<readonly Subject[]> {
  const { rounds, tokens: count, rememberedVerifications } = PLANS[mode];
  report(`signing ${rounds * count} tokens`);
  const tokens = await createTokens(authentication, rounds * count);
  const key = await findKey(authentication, tokens[0] ?? '');
  const tokenOf = (index: number, round: number): string => tokens[round * count + index] ?? '';
  const [remembered = ''] = await createTokens(authentication, 1);
  const verify = (token: string): Promise<unknown> =>
    authentication.verifyAccessToken({ token }, CONTEXT);
  await verify(remembered);
  return [
    {
      label: 'jose alone',
      count,
      verify: (index, round) =>
        jwtVerify(tokenOf(index, round), key, {
          algorithms: ['EdDSA'],
          typ: 'at+jwt',
          issuer: ISSUER,
          audience: ISSUER,
        }),
    },
    { label: 'remembered', count: rememberedVerifications, verify: () => verify(remembered) },
    { label: 'first', count, verify: (index, round) => verify(tokenOf(index, round)) },
  ];
}

/** @returns microseconds of processor time for one verification, all threads of this process */
async function measureSubject({ count, verify }: Subject, round: number): Promise<number> {
  const before = process.cpuUsage();
  for (let index = 0; index < count; index += 1) {
    await verify(index, round);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

/** Each of a session of its own. */
async function createTokens(
  authentication: AuthenticationService,
  count: number,
): Promise<readonly string[]> {
  const tokens: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const accountId = randomBytes(12).toString('hex');
    const origin = { userAgent: 'benchmark', ip: '127.0.0.1' };
    const { token } = await authentication.createAccessToken({ accountId, ...origin }, CONTEXT);
    tokens.push(token);
  }
  return tokens;
}

async function findKey(authentication: AuthenticationService, token: string): Promise<CryptoKey> {
  const { kid } = decodeProtectedHeader(token);
  const { keys } = await authentication.getJsonWebKeySet(CONTEXT);
  const found = keys.find((key) => key.kid === kid);
  if (found === undefined) {
    throw new Error(`The key set has no key "${kid ?? ''}", which signed the tokens.`);
  }
  return (await importJWK({ ...found }, 'EdDSA')) as CryptoKey;
}
