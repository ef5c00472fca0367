import { randomBytes } from 'node:crypto';

import { SecretKey } from '@org/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  accountId,
  context,
  createServices,
  MINUTE,
  origin,
  phoneNumber,
  type TestServices,
} from './services.ts';

const name = { name: 'ada' };
let services: TestServices;

beforeEach(async () => {
  services = await createServices({ throttled: true });
  services.audit.events.length = 0;
});
afterEach(async () => {
  await services.remove();
});

function logIn(username: string, password = 'wrong') {
  return services.login.loginByUsernameAndPassword({ username, password, ...origin }, context);
}

describe('the digest of a name', () => {
  it('is the same for every spelling and on every instance, and another for another name', async () => {
    const { throttle } = services;
    const other = await services.startInstance();

    expect(throttle.digestName({ name: ' ＡＤＡ ' })).toBe(throttle.digestName(name));
    expect(other.throttle.digestName(name)).toBe(throttle.digestName(name));
    expect(throttle.digestName({ name: 'grace' })).not.toBe(throttle.digestName(name));
    expect(throttle.digestPhoneNumber({ phoneNumber })).toBe(
      throttle.digestPhoneNumber({
        phoneNumber: { countryCode: '91', phoneNumber: '99999 99999' },
      }),
    );
  });

  it('outlives a change of the secret key, whose previous one is needed no more then', async () => {
    await services.remove();
    const [previous, current] = [randomBytes(32), randomBytes(32)];
    services = await createServices({ secretKey: SecretKey.create({ current: previous }) });
    const before = services.throttle.digestName(name);

    await services.startInstance({ secretKey: SecretKey.create({ current, previous }) });
    const after = await services.startInstance({ secretKey: SecretKey.create({ current }) });

    expect(after.throttle.digestName(name)).toBe(before);
  });

  it('has one key, stored encrypted, of four instances that start at once', async () => {
    const keys = services.database.collection('digest_keys');
    await keys.deleteMany({});

    const others = await Promise.all(Array.from({ length: 4 }, () => services.startInstance()));

    expect(new Set(others.map(({ throttle }) => throttle.digestName(name))).size).toBe(1);
    expect(await keys.countDocuments()).toBe(1);
    const { encrypted_key: stored } = (await keys.findOne())!;
    expect(stored.buffer).toHaveLength(32 + 12 + 16);
  });
});

describe('an event', () => {
  it.each(['ada', 'nobody'])('of a refused password carries the digest of %s', async (username) => {
    const subjectDigest = services.throttle.digestName({ name: username });
    for (let time = 0; time < 5; time += 1) {
      await logIn(username).catch(() => undefined);
    }
    await expect(logIn(username)).rejects.toMatchObject({ httpStatus: 429 });

    expect(services.audit.events).toMatchObject([
      ...Array(5).fill({ action: 'authn_login_fail', resourceId: '', subjectDigest }),
      { action: 'excess_rate_limit_exceeded', subjectDigest },
    ]);
  });

  it('of a code that is sent, refused or asked for too often carries that of the number', async () => {
    const subjectDigest = services.throttle.digestPhoneNumber({ phoneNumber });
    const request = () =>
      services.authentication.otps.requestOtp({ phoneNumber, accountId }, context);
    await request();
    await expect(request()).rejects.toMatchObject({ httpStatus: 429 });
    const login = { phoneNumber, otpCode: '', ...origin };
    await services.login.loginByPhoneNumberAndOtp(login, context).catch(() => undefined);

    expect(services.audit.events).toMatchObject([
      { action: 'authn_token_created', subjectDigest },
      { action: 'excess_rate_limit_exceeded', subjectDigest },
      { action: 'authn_login_fail', subjectDigest },
    ]);
  });

  it('of a refresh token that comes back names the account', async () => {
    const { refreshToken } = await logIn('ada', 'right');
    const refresh = () => services.login.refresh({ refreshToken, ...origin }, context);
    await refresh();
    services.clock.advance(MINUTE);
    services.audit.events.length = 0;

    await expect(refresh()).rejects.toThrow();
    await expect(refresh()).rejects.toThrow();

    const actor = { type: 'account', id: accountId };
    const failure = { action: 'authn_login_fail', resourceType: 'accounts', resourceId: accountId };
    expect(services.audit.events).toMatchObject([
      { action: 'authn_token_reuse', context: { actor } },
      { action: 'session_ended', context: { actor } },
      failure,
      failure,
    ]);
  });
});
