import { randomBytes } from 'node:crypto';

import { AccessTokenInvalidError, RefreshTokenReusedError } from '@org/authentication';
import { SecretKey, ServiceUnavailableError } from '@org/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  accountId,
  context,
  createServices,
  HOUR,
  MINUTE,
  origin,
  phoneNumber,
  SECOND,
  type Instance,
  type TestServices,
} from './services.ts';

const [former, current] = [randomBytes(32), randomBytes(32)];

let services: TestServices;

beforeEach(async () => {
  services = await createServices({ secretKey: SecretKey.create({ current: former }) });
});
afterEach(async () => {
  await services.remove();
});

async function start(secretKey: SecretKey): Promise<Instance> {
  return services.startInstance({ secretKey });
}

/** One of before the change, told of the new key, and one that has it. */
async function startBoth(): Promise<readonly [Instance, Instance]> {
  return [
    await start(SecretKey.create({ current: former, next: current })),
    await start(SecretKey.create({ current, previous: former })),
  ];
}

async function logIn({ authentication }: Instance) {
  return authentication.createAccessToken({ accountId, ...origin }, context);
}

async function refresh({ authentication }: Instance, refreshToken: string) {
  return authentication.refreshAccessToken({ refreshToken, ...origin }, context);
}

/** With the same session and generation, and another secret. */
function forge(refreshToken: string): string {
  return refreshToken.replace(/[^.]+$/, randomBytes(32).toString('base64url'));
}

describe('a change of the secret key in two phases', () => {
  it('lets tokens of either process serve at the other', async () => {
    const both = await startBoth();
    services.clock.advance(MINUTE);

    for (const [here, there] of [both, both.toReversed()] as [Instance, Instance][]) {
      const { token } = await logIn(here);
      const verified = await there.authentication.verifyAccessToken({ token }, context);
      expect(verified.accountId).toBe(accountId);
    }
    expect(await both[0].authentication.getUnreadableSecrets(context)).toEqual([]);
  });

  it('gives one successor to a refresh token, whichever process answers', async () => {
    const both = await startBoth();
    for (const [here, there] of [both, both.toReversed()] as [Instance, Instance][]) {
      const { refreshToken } = await logIn(here);
      const atOther = await refresh(there, refreshToken);
      const again = await refresh(here, refreshToken);

      expect(again.refreshToken).toBe(atOther.refreshToken);
      const next = await refresh(here, again.refreshToken);
      expect((await refresh(there, again.refreshToken)).refreshToken).toBe(next.refreshToken);
    }
  });

  it('lets a code of either process be used at the other', async () => {
    const both = await startBoth();
    for (const [here, there] of [both, both.toReversed()] as [Instance, Instance][]) {
      await here.authentication.otps.requestOtp({ phoneNumber, accountId }, context);
      const { code } = here.sent.at(-1)!.data;
      await there.authentication.otps.verifyOtp({ phoneNumber, otpCode: code }, context);
      services.clock.advance(MINUTE);
    }
  });

  it('needs the previous key no more for what was used since', async () => {
    const [before, after] = await startBoth();
    const { refreshToken } = await refresh(after, (await logIn(before)).refreshToken);

    const finished = await start(SecretKey.create({ current }));

    const { token } = await refresh(finished, refreshToken);
    expect(await finished.authentication.verifyAccessToken({ token }, context)).toBeDefined();
  });
});

describe('a change of the secret key without the first phase', () => {
  it('leaves the processes of before serving with the keys that they hold', async () => {
    const { token } = await logIn(services);
    await start(SecretKey.create({ current, previous: former }));

    services.clock.advance(2 * MINUTE);

    const { authentication } = services;
    expect(await authentication.verifyAccessToken({ token }, context)).toBeDefined();
    const later = await logIn(services);
    expect(await authentication.verifyAccessToken(later, context)).toBeDefined();
    const { keys } = await authentication.getJsonWebKeySet(context);
    const unreadable = await authentication.getUnreadableSecrets(context);
    expect(unreadable).toEqual(keys.map(({ kid }) => `signing key ${kid}`));
  });

  it('keeps them signing when the keys are rotated twice, while theirs is stored', async () => {
    await logIn(services);
    const after = await start(SecretKey.create({ current, previous: former }));
    for (let rotation = 0; rotation < 3; rotation += 1) {
      await after.authentication.rotateSigningKeys(context);
    }
    services.clock.advance(MINUTE);

    const { token } = await logIn(services);

    expect(await after.authentication.verifyAccessToken({ token }, context)).toBeDefined();
  });

  it('answers 503, not 401, for what another process signed with a key unknown here', async () => {
    const after = await start(SecretKey.create({ current, previous: former }));
    for (let rotation = 0; rotation < 3; rotation += 1) {
      await after.authentication.rotateSigningKeys(context);
    }
    const { token } = await logIn(after);
    services.clock.advance(2 * SECOND);

    const verifying = services.authentication.verifyAccessToken({ token }, context);

    await expect(verifying).rejects.toThrow(ServiceUnavailableError);
  });

  it('answers 503 where the successor was made under a key unknown here', async () => {
    const { refreshToken } = await logIn(services);
    const after = await start(SecretKey.create({ current, previous: former }));
    await refresh(after, refreshToken);

    await expect(refresh(services, refreshToken)).rejects.toThrow(ServiceUnavailableError);
  });

  it('lets a refresh token go on that was made under a key unknown here', async () => {
    const after = await start(SecretKey.create({ current, previous: former }));
    const made = await refresh(after, (await logIn(services)).refreshToken);

    const { refreshToken } = await refresh(services, made.refreshToken);

    await expect(refresh(after, refreshToken)).resolves.toBeDefined();
    await expect(refresh(services, forge(made.refreshToken))).rejects.toThrow(
      AccessTokenInvalidError,
    );
  });

  it('knows such a token again once it was exchanged, and ends the session', async () => {
    const after = await start(SecretKey.create({ current, previous: former }));
    const made = await refresh(after, (await logIn(services)).refreshToken);
    const { refreshToken } = await refresh(services, made.refreshToken);
    services.clock.advance(MINUTE);

    await expect(refresh(services, made.refreshToken)).rejects.toThrow(RefreshTokenReusedError);

    await expect(refresh(services, refreshToken)).rejects.toThrow(AccessTokenInvalidError);
  });

  it('can be gone back from, with the new key as the next one', async () => {
    const after = await start(SecretKey.create({ current, previous: former }));
    const { token } = await logIn(after);

    const back = await start(SecretKey.create({ current: former, next: current }));

    expect(await back.authentication.verifyAccessToken({ token }, context)).toBeDefined();
  });
});

describe('an access token of an instance whose clock is ahead', () => {
  it('is good up to 5 s before its issue, and not a moment after its end', async () => {
    const { authentication, clock } = services;
    clock.advance(5 * SECOND);
    const { token } = await logIn(services);

    clock.advance(-5 * SECOND);
    const behind = await start(SecretKey.create({ current: former }));
    expect(await behind.authentication.verifyAccessToken({ token }, context)).toBeDefined();

    clock.advance(-2 * SECOND);
    const further = await start(SecretKey.create({ current: former }));
    await expect(further.authentication.verifyAccessToken({ token }, context)).rejects.toThrow(
      AccessTokenInvalidError,
    );

    clock.advance(7 * SECOND + HOUR);
    await expect(authentication.verifyAccessToken({ token }, context)).rejects.toThrow(/expired/i);
  });
});
