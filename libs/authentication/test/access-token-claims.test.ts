import {
  AccessTokenInvalidError,
  AuthenticationService,
  defineAccessTokenClaims,
} from '@org/authentication';
import { parseObjectId } from '@org/core/store';
import { decodeJwt } from 'jose';
import { afterEach, describe, expect, expectTypeOf, it } from 'vitest';

import { accountId, context, createServices, origin, type TestServices } from './services.ts';

interface TestAccount {
  readonly plan: string;
  readonly note: string;
}

const types = { plan: 'string', seats: 'number', beta: 'boolean', teams: 'strings' } as const;
const claims = defineAccessTokenClaims({
  types,
  claimsOf: ({ plan }: TestAccount) => ({
    plan,
    teams: ['engine', 'loom'],
    beta: plan === 'pro' ? true : undefined,
  }),
});
const accountCollection = {
  name: 'test_accounts',
  activeField: 'active',
  sessionEpochField: 'epoch',
  toAccount: (document: object) => document as TestAccount,
};
const params = { accountId, ...origin };

let services: TestServices;

async function start(options: Parameters<typeof createServices>[0] = {}): Promise<TestServices> {
  services = await createServices({ accountCollection, claims, ...options });
  await accounts().insertOne({ _id: parseObjectId(accountId)!, active: true, plan: 'free' });
  services.commands.length = 0;
  return services;
}

function accounts() {
  return services.database.collection('test_accounts');
}

describe("claims of one's own", () => {
  afterEach(async () => {
    await services.remove();
  });

  it('are in the token, and typed when it is verified', async () => {
    const { authentication } = await start();

    const { token } = await authentication.createAccessToken(params, context);

    const own = { plan: 'free', teams: ['engine', 'loom'] };
    const verified = await authentication.verifyAccessToken({ token }, context);
    expect(decodeJwt(token)).toMatchObject({ ...own, sub: accountId, sid: verified.sessionId });
    expect(verified).toEqual({
      accountId,
      sessionId: verified.sessionId,
      transport: 'token',
      claims: own,
    });
    expect(claims.read(verified.claims)).toEqual(own);
    expect(claims.read(undefined)).toEqual({});
    expectTypeOf(claims.read(verified.claims)).toEqualTypeOf<{
      readonly plan?: string | undefined;
      readonly seats?: number | undefined;
      readonly beta?: boolean | undefined;
      readonly teams?: readonly string[] | undefined;
    }>();
  });

  it('are read anew at each refresh', async () => {
    const { authentication } = await start();
    const { refreshToken } = await authentication.createAccessToken(params, context);
    await accounts().updateOne({}, { $set: { plan: 'pro' } });

    const refresh = { refreshToken, ...origin };
    const { token } = await authentication.refreshAccessToken(refresh, context);

    expect(decodeJwt(token)).toMatchObject({ plan: 'pro', beta: true });
    await accounts().updateOne({}, { $set: { plan: 'old' } });
    // The predecessor, replayed within 30 seconds.
    const replayed = await authentication.refreshAccessToken(refresh, context);
    expect(decodeJwt(replayed.token)).toMatchObject({ plan: 'old' });
  });

  it('fail a refresh before its token is exchanged', async () => {
    const { authentication } = await start();
    const { refreshToken } = await authentication.createAccessToken(params, context);
    await accounts().updateOne({}, { $set: { plan: 'x'.repeat(1_100) } });
    const refresh = { refreshToken, ...origin };
    await expect(authentication.refreshAccessToken(refresh, context)).rejects.toThrow(TypeError);
    services.clock.advance(60_000);
    await accounts().updateOne({}, { $set: { plan: 'pro' } });

    const { token } = await authentication.refreshAccessToken(refresh, context);

    expect(decodeJwt(token)).toMatchObject({ plan: 'pro' });
  });

  it('cost one read where they are declared, and nothing where not', async () => {
    const reads = ({ commands }: TestServices) =>
      commands.filter((command) => ['aggregate', 'find'].includes(command)).length;
    const { authentication } = await start();
    await authentication.createAccessToken(params, context);
    const withClaims = reads(services);
    await services.remove();

    services = await createServices({ accountCollection });
    await accounts().insertOne({ _id: parseObjectId(accountId)!, active: true });
    services.commands.length = 0;
    await services.authentication.createAccessToken(params, context);

    expect(withClaims - reads(services)).toBe(1);
  });

  it('are of no account that was deleted meanwhile', async () => {
    const { authentication } = await start();
    await accounts().updateOne({}, { $set: { active: false } });

    await expect(authentication.createAccessToken(params, context)).rejects.toThrow(
      AccessTokenInvalidError,
    );
  });

  it('come from nothing that the client sends', async () => {
    const { authentication } = await start();
    const forged = { ...params, plan: 'pro', claims: { plan: 'pro' }, userAgent: '{"plan":"pro"}' };

    const { token, refreshToken } = await authentication.createAccessToken(forged, context);
    const refreshed = await authentication.refreshAccessToken({ ...forged, refreshToken }, context);

    expect([token, refreshed.token].map((one) => decodeJwt(one)['plan'])).toEqual(['free', 'free']);
    const [header, , signature] = token.split('.');
    const payload = Buffer.from(JSON.stringify({ ...decodeJwt(token), plan: 'pro' }));
    const changed = [header, payload.toString('base64url'), signature].join('.');
    await expect(authentication.verifyAccessToken({ token: changed }, context)).rejects.toThrow(
      AccessTokenInvalidError,
    );
  });

  it('need an account to be read', async () => {
    await start();
    const { name, activeField, sessionEpochField } = accountCollection;
    const withoutAccounts = { name, activeField, sessionEpochField };

    for (const lacking of [
      { accountCollection: withoutAccounts },
      { accountCollection: undefined },
    ]) {
      const { database, audit, throttle, secretKey } = services;
      const notification = {
        sendSmsForAccount: async () => undefined,
        sendEmailForAccount: async () => undefined,
      };
      const dependencies = {
        database,
        audit,
        throttle,
        secretKey,
        notification,
        claims,
        ...lacking,
      };
      expect(() => AuthenticationService.create(dependencies as never)).toThrow(/toAccount/);
    }
  });

  it('are left out of what a verified token tells where they have another type', async () => {
    const { authentication } = await start();
    const { token } = await authentication.createAccessToken(params, context);
    const { claims: verified } = await authentication.verifyAccessToken({ token }, context);
    const later = defineAccessTokenClaims({
      types: { plan: 'number', teams: 'strings', note: 'string' },
      claimsOf: () => ({}),
    });

    expect(later.read(verified)).toEqual({ teams: ['engine', 'loom'] });
  });
});

describe(defineAccessTokenClaims, () => {
  const claimsOf = (): Record<string, never> => ({});

  it.each([
    ...['iss', 'sub', 'aud', 'exp', 'iat', 'nbf', 'jti', 'sid', 'roles', 'scope', 'client_id'],
    ...['constructor', '__proto__', '', 'a b', 'x'.repeat(65)],
  ])('refuses the name %j', (name) => {
    const named = Object.fromEntries([[name, 'string'] as const]);

    expect(() => defineAccessTokenClaims({ types: named, claimsOf })).toThrow(TypeError);
  });

  it.each([
    ['a promise', Promise.resolve({ plan: 'pro' })],
    ['a map', new Map([['plan', 'pro']])],
    ['nothing', undefined],
  ])('refuses %s, whose claims would all be missing', (_, returned) => {
    const own = defineAccessTokenClaims({ types, claimsOf: () => returned as object });

    expect(() => own.toPayload({})).toThrow('claimsOf must return a plain object');
  });

  it('refuses a list with gaps', () => {
    const gappy = ['engine'];
    gappy[2] = 'loom';
    const own = defineAccessTokenClaims({ types, claimsOf: () => ({ teams: gappy }) });

    expect(() => own.toPayload({})).toThrow('teams');
  });

  it.each([
    [{ types }, /^The claimsOf of/],
    [{ types, claimsOf: 'plan' }, /^The claimsOf of/],
    [{ claimsOf }, /^The types of/],
    [{ types: null, claimsOf }, /^The types of/],
  ])('refuses what is not whole: %j', (definition, message) => {
    const define = () => defineAccessTokenClaims(definition as never);

    expect(define).toThrow(TypeError);
    expect(define).toThrow(message);
  });

  it('refuses a type that claims do not have', () => {
    const wrong = { types: { plan: 'object' as 'string' }, claimsOf };

    expect(() => defineAccessTokenClaims(wrong)).toThrow('plan');
  });

  it.each([
    ['that is not declared', { sub: 'x' }, /sub is not declared/],
    ['of Object', { toString: 'x' }, /toString is not declared/],
    ['of another type', { plan: 1 }, /plan does not have the declared type string/],
    ['that JSON cannot hold', { seats: Infinity }, /seats/],
    ['that is not well-formed', { plan: '\ud800' }, /plan/],
    ['with other items', { teams: ['engine', 1] }, /teams/],
    ['that is null', { beta: null }, /beta/],
    ['that is too long', { plan: 'é'.repeat(507) }, /1025 bytes; at most 1024/],
  ])('issues no claim %s', (_what, wrong, problem) => {
    const declared = defineAccessTokenClaims({ types, claimsOf: () => wrong as object });

    expect(() => declared.toPayload({})).toThrow(problem);
  });

  it('issues claims of 1 KiB in all', () => {
    const plan = `${'é'.repeat(506)}x`;
    const declared = defineAccessTokenClaims({ types, claimsOf: () => ({ plan }) });

    expect(declared.toPayload({})).toEqual({ plan });
  });
});
