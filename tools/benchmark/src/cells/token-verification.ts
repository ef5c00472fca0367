import { randomBytes } from 'node:crypto';

import { AuthenticationService, ThrottleService } from '@org/authentication';
import { OperationContext, SecretKey, type AuditTrail } from '@org/core';
import { Database } from '@org/core/store';
import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose';

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
    const { bench, mode } = context;
    const database = await Database.connect({ uri: bench.uriOf('token-verification') });
    const secretKey = SecretKey.create({ current: randomBytes(32) });
    const audit = UNRECORDED;
    const authentication = AuthenticationService.create({
      database,
      audit,
      throttle: ThrottleService.create({ database, audit, secretKey, enabled: false }),
      secretKey,
      settings: { accessTokenIssuer: ISSUER, accessTokenAudience: ISSUER },
    });
    await authentication.initialize();
    const subjects = await prepareSubjects(authentication, context);
    const { rounds } = PLANS[mode];
    const plan = { atMost: rounds, atLeast: rounds, within: 0 };
    const samples = [...(await interleave(subjects, plan, measureSubject))];
    await database.close();
    await bench.database('token-verification').dropDatabase();
    const [[jose, base] = [undefined, []], ...others] = samples;
    return others.map(([{ label }, measured]) => ({
      name: `${NAME}, ${label}`,
      unit: 'µs CPU',
      measured,
      base: { label: jose?.label ?? '', samples: base },
    }));
  },
};

/** jose first, which the others are held against. */
async function prepareSubjects(
  authentication: AuthenticationService,
  { mode, report }: CellContext,
): Promise<readonly Subject[]> {
  const { rounds, tokens: count, rememberedVerifications } = PLANS[mode];
  report(`signing ${rounds * count} tokens`);
  const tokens: string[] = [];
  while (tokens.length <= rounds * count) {
    // Each of a session of its own.
    const accountId = randomBytes(12).toString('hex');
    const session = { accountId, userAgent: 'benchmark', ip: '127.0.0.1' };
    tokens.push((await authentication.createAccessToken(session, CONTEXT)).token);
  }
  const [remembered = '', ...first] = tokens;
  const key = await findKey(authentication, remembered);
  const tokenOf = (index: number, round: number): string => first[round * count + index] ?? '';
  const verify = (token: string): Promise<unknown> =>
    authentication.verifyAccessToken({ token }, CONTEXT);
  await verify(remembered);
  const claims = { algorithms: ['EdDSA'], typ: 'at+jwt', issuer: ISSUER, audience: ISSUER };
  return [
    {
      label: 'jose alone',
      count,
      verify: (index, round) => jwtVerify(tokenOf(index, round), key, claims),
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

async function findKey(authentication: AuthenticationService, token: string) {
  const { kid } = decodeProtectedHeader(token);
  const { keys } = await authentication.getJsonWebKeySet(CONTEXT);
  const found = keys.find((key) => key.kid === kid);
  if (found === undefined) {
    throw new Error(`The key set has no key "${kid ?? ''}", which signed the tokens.`);
  }
  return importJWK({ ...found }, 'EdDSA');
}
