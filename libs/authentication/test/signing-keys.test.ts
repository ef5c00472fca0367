import { randomBytes } from 'node:crypto';

import {
  AccessTokenInvalidError,
  SigningKeyUnusableError,
  type AuthenticationService,
} from '@org/authentication';
import { SecretKey } from '@org/core';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  accountId,
  context,
  createServices,
  HOUR,
  MINUTE,
  SECOND,
  type TestServices,
} from './services.ts';

const params = { accountId, userAgent: 'test', ip: '127.0.0.1' };

let services: TestServices;

beforeEach(async () => {
  services = await createServices();
});
afterEach(async () => {
  await services.remove();
});

function keys() {
  return services.database.collection('access_token_signing_keys');
}

async function createToken(authentication: AuthenticationService): Promise<string> {
  return (await authentication.createAccessToken(params, context)).token;
}

async function publishedKeyIds(authentication: AuthenticationService): Promise<string[]> {
  const { keys: published } = await authentication.getJsonWebKeySet(context);
  return published.map(({ kid }) => kid);
}

describe('the signing keys', () => {
  it('survive a restart', async () => {
    const token = await createToken(services.authentication);
    const restarted = await services.startInstance();

    expect(await restarted.authentication.verifyAccessToken({ token }, context)).toMatchObject({
      accountId,
    });
  });

  it('are the same for four instances that start at once on an empty database', async () => {
    await keys().deleteMany({});

    const instances = await Promise.all(Array.from({ length: 4 }, () => services.startInstance()));

    const tokens = await Promise.all(
      instances.map(({ authentication }) => createToken(authentication)),
    );
    const keyIds = tokens.map((token) => decodeProtectedHeader(token).kid);
    expect(new Set(keyIds).size).toBe(1);
    expect(await keys().countDocuments()).toBe(2);
  });

  it('lie in the database encrypted', async () => {
    const stored = await keys().findOne();

    const bytes = Buffer.from(stored!['encrypted_private_key'].buffer);
    expect(bytes.toString('latin1')).not.toContain('"kty":"OKP"');
    expect(JSON.stringify(stored)).not.toContain('"OKP"');
  });

  it('are unusable at start-up with another secret key, and say what to do', async () => {
    const secretKey = SecretKey.create({ current: randomBytes(32) });

    const starting = services.startInstance({ secretKey });

    await expect(starting).rejects.toThrow(SigningKeyUnusableError);
    await expect(starting).rejects.toMatchObject({ code: 'ACCESS_TOKEN_ERR_06' });
    await expect(starting).rejects.toThrow(/as the current or the previous one/);
  });

  it('move from the previous secret key to the current one, which then suffices', async () => {
    const previous = randomBytes(32);
    const current = randomBytes(32);
    await keys().deleteMany({});
    await services.database.collection('digest_keys').deleteMany({});
    const start = async (secretKey: SecretKey) =>
      (await services.startInstance({ secretKey })).authentication;
    const token = await createToken(await start(SecretKey.create({ current: previous })));

    await start(SecretKey.create({ current, previous }));

    const after = await start(SecretKey.create({ current }));
    expect(await after.verifyAccessToken({ token }, context)).toMatchObject({ accountId });
  });
});

describe('rotateSigningKeys', () => {
  it('lets the key sign that was published as the next one', async () => {
    const { authentication } = services;
    const [current, next] = await publishedKeyIds(authentication);

    await authentication.rotateSigningKeys(context);

    expect(decodeProtectedHeader(await createToken(authentication)).kid).toBe(next);
    const published = await publishedKeyIds(authentication);
    expect(published).toHaveLength(3);
    expect(published).toEqual(expect.arrayContaining([current, next]));
  });

  it('publishes keys that verify tokens anywhere, and nothing private', async () => {
    const { authentication } = services;
    const before = await createToken(authentication);
    await authentication.rotateSigningKeys(context);
    const after = await createToken(authentication);

    const keySet = await authentication.getJsonWebKeySet(context);

    for (const token of [before, after]) {
      const options = { currentDate: services.clock.now() };
      const { payload } = await jwtVerify(
        token,
        createLocalJWKSet(structuredClone(keySet) as never),
        options,
      );
      expect(payload.sub).toBe(accountId);
    }
    for (const key of keySet.keys) {
      expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
    }
  });

  it('costs no request, on the instance that rotates or on another one', async () => {
    const other = await services.startInstance();
    const instances = [services.authentication, other.authentication];
    const tokens = await Promise.all(instances.map(createToken));

    for (let rotation = 0; rotation < 3; rotation += 1) {
      await services.authentication.rotateSigningKeys(context);
      tokens.push(...(await Promise.all(instances.map(createToken))));
      const verified = instances.flatMap((authentication) =>
        tokens.map((token) => authentication.verifyAccessToken({ token }, context)),
      );
      expect(await Promise.all(verified)).toHaveLength(tokens.length * 2);
      services.clock.advance(SECOND);
    }
  });

  it('is noticed by every instance within a minute', async () => {
    const other = await services.startInstance();
    const before = decodeProtectedHeader(await createToken(other.authentication)).kid;
    await services.authentication.rotateSigningKeys(context);

    services.clock.advance(MINUTE);

    const after = decodeProtectedHeader(await createToken(other.authentication)).kid;
    expect(after).not.toBe(before);
  });

  it('withdraws a key once every token that it signed has expired', async () => {
    const { authentication } = services;
    const [first] = await publishedKeyIds(authentication);
    await authentication.rotateSigningKeys(context);

    services.clock.advance(HOUR);
    await authentication.rotateSigningKeys(context);

    expect(await publishedKeyIds(authentication)).not.toContain(first);
  });

  it('records what happened to the keys, without the keys', async () => {
    const { authentication, audit } = services;
    audit.events.length = 0;

    await authentication.rotateSigningKeys(context);

    expect(audit.events.map(({ action, changes }) => [action, changes])).toEqual([
      ['update', { state: { old: 'current', new: 'previous' } }],
      ['update', { state: { old: 'next', new: 'current' } }],
      ['create', { state: { old: null, new: 'next' } }],
    ]);
  });
});

describe('a verifier', () => {
  it('reads the keys at most once a second, however many unknown ones it meets', async () => {
    const { authentication, commands, clock } = services;
    const token = await createToken(authentication);
    const foreign = (number: number) => {
      const header = { alg: 'EdDSA', typ: 'at+jwt', kid: `unknown-${number}` };
      const encoded = Buffer.from(JSON.stringify(header)).toString('base64url');
      return [encoded, ...token.split('.').slice(1)].join('.');
    };
    clock.advance(SECOND);
    commands.length = 0;

    for (let number = 0; number < 50; number += 1) {
      const verifying = authentication.verifyAccessToken({ token: foreign(number) }, context);
      await expect(verifying).rejects.toThrow(AccessTokenInvalidError);
    }

    expect(commands).toEqual(['find']);
  });

  it('refuses a token that it remembers once its key is withdrawn', async () => {
    const { authentication, clock } = services;
    const token = await createToken(authentication);
    await authentication.verifyAccessToken({ token }, context);
    await authentication.rotateSigningKeys(context);
    await keys().deleteOne({ state: 'previous' });

    clock.advance(MINUTE);

    await expect(authentication.verifyAccessToken({ token }, context)).rejects.toThrow(
      AccessTokenInvalidError,
    );
  });
});

describe('registerJobs', () => {
  it('registers a rotation that runs by schedule', async () => {
    const jobs: Parameters<Parameters<AuthenticationService['registerJobs']>[0]['register']>[0][] =
      [];
    const { authentication } = services;
    const [, next] = await publishedKeyIds(authentication);
    authentication.registerJobs({ register: (job) => jobs.push(job) });

    await jobs[0]!.run({}, { context });

    expect(jobs.map(({ name, schedule }) => [name, schedule])).toEqual([
      ['authentication.rotate-signing-keys', '0 3 1 * *'],
    ]);
    expect(decodeProtectedHeader(await createToken(authentication)).kid).toBe(next);
  });
});
