import {
  BadLoginFormError,
  OtpExpiredError,
  OtpIncorrectError,
  type AuthenticationService,
  type OtpPurpose,
  type RequestEmailCodeParams,
} from '@org/authentication';
import { OperationContext } from '@org/core';
import { collect } from '@org/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  accountId,
  context,
  createServices,
  EMAIL,
  MINUTE,
  otherAccountId,
  outcomesOf,
  phoneNumber,
  SECOND,
  type TestServices,
} from './services.ts';

const HASH = '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA';
const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1';

let services: TestServices;
let authentication: AuthenticationService;

beforeEach(async () => {
  services = await createServices({ settings: { webAppUrl: 'https://app.example.com/' } });
  ({ authentication } = services);
});
afterEach(async () => {
  await services.remove();
});

async function request(more: Partial<RequestEmailCodeParams> = {}): Promise<string> {
  services.clock.advance(1);
  await authentication.emailCodes.requestEmailCode({ emailAddress: EMAIL, ...more }, context);
  return services.mails.at(-1)!.data.code;
}

function verify(code: unknown, emailAddress = EMAIL, purpose?: OtpPurpose) {
  return authentication.emailCodes.verifyEmailCode({ emailAddress, code, purpose }, context);
}

/** A code that is not this one. */
function wrong(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0');
}

function codes() {
  return services.database.collection('email_codes');
}

describe('requestEmailCode', () => {
  it('mails six digits and a link with them, which expire after five minutes', async () => {
    const expiresAt = new Date(services.clock.now().getTime() + 1 + 5 * MINUTE);

    const code = await request({ emailAddress: 'Ada+x@Example.org', locale: 'de' });

    expect(code).toMatch(/^\d{6}$/);
    expect(services.mails).toEqual([
      {
        accountId: '',
        emailAddress: 'Ada+x@Example.org',
        topic: 'email-code',
        data: {
          code,
          seconds: 300,
          link: `https://app.example.com/sign-in#email=Ada%2Bx%40Example.org&code=${code}`,
          browser: '',
          system: '',
          address: '',
        },
        expiresAt,
        locale: 'de',
        timeZone: undefined,
      },
    ]);
  });

  it('mails a code for a contact without a link, since it is not to log in with', async () => {
    await request({ topic: 'contact-code', purpose: `contact:${accountId}`, accountId });

    const [{ data, topic, accountId: owner }] = services.mails as [(typeof services.mails)[0]];
    expect({ topic, owner, hasLink: 'link' in data }).toEqual({
      topic: 'contact-code',
      owner: accountId,
      hasLink: false,
    });
  });

  it.each([
    ['Safari on an iPhone', SAFARI, { browser: 'Safari', system: 'iPhone' }],
    [
      'Edge on Windows',
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0',
      { browser: 'Microsoft Edge', system: 'Windows' },
    ],
    [
      'Chrome on Android',
      'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36',
      { browser: 'Chrome', system: 'Android' },
    ],
    [
      'Firefox on Linux',
      'Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0',
      { browser: 'Firefox', system: 'Linux' },
    ],
    [
      'something unknown',
      'https://evil.example/win call 555-0100 <b>now</b>',
      { browser: '', system: '' },
    ],
    ['something endless', `${'x'.repeat(5_000)} Firefox/127.0`, { browser: '', system: '' }],
  ])('says in its own words that %s asked', async (_what, userAgent, expected) => {
    await request({ origin: { userAgent, ip: '::ffff:203.0.113.7' } });

    expect(services.mails[0]!.data).toMatchObject({ ...expected, address: '203.0.113.7' });
  });

  it.each(['evil.example', 'fe80::1%25evil.example', '203.0.113.7 call us'])(
    'says nothing of the address %s',
    async (ip) => {
      await request({ origin: { ip } });

      expect(JSON.stringify(services.mails[0])).not.toMatch(/evil|call/);
    },
  );

  it('stores no code, but what the key of the server makes of it', async () => {
    const code = await request({ emailAddress: 'Ada@EXAMPLE.org', hashedPassword: HASH });

    const stored = await codes().findOne();
    expect(stored).toMatchObject({
      email: EMAIL,
      purpose: 'login',
      otp_hash: expect.stringMatching(/^[\w-]{43}$/),
      hashed_password: HASH,
      attempts: 0,
      status: 'PENDING',
      active: true,
    });
    expect(JSON.stringify(stored)).not.toContain(code);
  });

  it('is recorded in its transaction, without the address or the code', async () => {
    services.audit.events.length = 0;
    const code = await request();

    const { _id } = (await codes().findOne())!;
    expect(services.audit.events).toMatchObject([
      {
        resourceType: 'email_codes',
        resourceId: _id.toHexString(),
        action: 'authn_token_created',
        subjectDigest: services.throttle.digestName({ name: EMAIL }),
      },
    ]);
    const [{ context: recordedIn, ...event }] = services.audit.events as [
      (typeof services.audit.events)[0],
    ];
    expect(recordedIn.transaction).toBeDefined();
    expect(JSON.stringify(event)).not.toMatch(new RegExp(`${EMAIL}|${code}`));
  });

  it('is undone with the transaction around it', async () => {
    const undone = services.database.withTransaction(context, async (transaction) => {
      await authentication.emailCodes.requestEmailCode({ emailAddress: EMAIL }, transaction);
      throw new Error('undone');
    });

    await expect(undone).rejects.toThrow('undone');
    expect(await codes().countDocuments()).toBe(0);
  });

  it('leaves one live code when twenty are asked for at once', async () => {
    const outcomes = await outcomesOf(
      Array.from({ length: 20 }, () =>
        authentication.emailCodes.requestEmailCode({ emailAddress: EMAIL }, context),
      ),
    );

    expect(outcomes).toEqual({ fulfilled: 20 });
    expect(await codes().countDocuments({ active: true })).toBe(1);
  });

  it.each(['', 'ada', 'ada@', 'ada@example.org, eve@example.org', 'Ada <ada@example.org>'])(
    'refuses %j',
    async (emailAddress) => {
      await expect(request({ emailAddress })).rejects.toThrow(BadLoginFormError);
      expect(services.mails).toEqual([]);
    },
  );
});

describe('verifyEmailCode', () => {
  it('accepts the right code once, however the address is written', async () => {
    const code = await request();

    expect(await verify(code, 'ADA@Example.ORG')).toEqual({});

    expect(await codes().findOne()).toMatchObject({
      active: false,
      status: 'SUCCESS',
      attempts: 1,
    });
    await expect(verify(code)).rejects.toThrow(OtpExpiredError);
  });

  it.each([
    ['wrong', (code: string) => wrong(code)],
    ['a number', (code: string) => Number(code)],
    ['an operator', () => ({ $gt: '' })],
    ['a list of the right one', (code: string) => [code]],
    ['null', () => null],
  ])('refuses a code that is %s', async (_what, forge) => {
    const code = await request();

    await expect(verify(forge(code))).rejects.toThrow(OtpIncorrectError);

    await verify(code);
  });

  it('refuses a right code of another address, if only after the plus sign', async () => {
    const code = await request();
    await request({ emailAddress: 'ada+x@example.org' });

    await expect(verify(code, 'ada+x@example.org')).rejects.toThrow(OtpIncorrectError);
    await expect(verify(code, 'nobody@example.org')).rejects.toThrow(OtpIncorrectError);
  });

  it('calls a right code expired that was replaced, revoked, or is too old', async () => {
    const older = await request();
    const newer = await request();
    await expect(verify(older)).rejects.toThrow(OtpExpiredError);

    services.clock.advance(5 * MINUTE);
    await expect(verify(newer)).rejects.toThrow(OtpExpiredError);

    const revoked = await request();
    await authentication.emailCodes.revokeEmailCodes({ emailAddress: EMAIL }, context);
    await expect(verify(revoked)).rejects.toThrow(OtpExpiredError);
  });

  it('counts a failed try although the transaction around it is undone', async () => {
    const code = await request();

    const undone = services.database.withTransaction(context, async (transaction) => {
      const attempt = { emailAddress: EMAIL, code: wrong(code) };
      await authentication.emailCodes.verifyEmailCode(attempt, transaction);
    });

    await expect(undone).rejects.toThrow(OtpIncorrectError);
    expect(await codes().findOne()).toMatchObject({ attempts: 1 });
  });

  it('does the same for an address with and without a code', async () => {
    const code = await request();
    const workOf = async (emailAddress: string) => {
      services.commands.length = 0;
      await verify(wrong(code), emailAddress).catch(() => undefined);
      return services.commands.slice();
    };

    expect(await workOf('nobody@example.org')).toEqual(await workOf(EMAIL));
  });

  it('gets at most five tries by fifty parallel ones on two instances', async () => {
    const code = await request();
    const other = await services.startInstance();
    const instances = [authentication, other.authentication];
    const tries = Array.from({ length: 50 }, () => wrong(code));

    const outcomes = await outcomesOf(
      tries.map((each, index) =>
        instances[index % 2]!.emailCodes.verifyEmailCode(
          { emailAddress: EMAIL, code: each },
          context,
        ),
      ),
    );

    expect(outcomes).toEqual({ OtpIncorrectError: 50 });
    expect(await codes().findOne()).toMatchObject({ attempts: 5 });
    await expect(verify(code)).rejects.toThrow(OtpIncorrectError);
  });

  it('lets one of fifty parallel right ones in, with the password that lay with the code', async () => {
    const code = await request({ hashedPassword: HASH });

    const settled = await Promise.allSettled(Array.from({ length: 50 }, () => verify(code)));

    const admitted = settled.filter(({ status }) => status === 'fulfilled');
    expect(admitted).toEqual([{ status: 'fulfilled', value: { hashedPassword: HASH } }]);
  });

  it('leaves the last two tries to sources that the owner is known from', async () => {
    const code = await request();
    const attempt = { emailAddress: EMAIL, code: wrong(code), isFromStranger: true };
    for (let tried = 0; tried < 4; tried += 1) {
      await authentication.emailCodes.verifyEmailCode(attempt, context).catch(() => undefined);
    }

    expect(await codes().findOne()).toMatchObject({ attempts: 3 });
    await verify(code);
  });
});

describe('the password that waits for a code', () => {
  it('is discarded by a newer code, with one of its own or none', async () => {
    await request({ hashedPassword: HASH });

    const newer = await request();

    expect(await codes().countDocuments({ hashed_password: { $exists: true } })).toBe(0);
    expect(await verify(newer)).toEqual({});
  });

  it('goes when the code is used or revoked', async () => {
    await verify(await request({ hashedPassword: HASH }));
    expect(await codes().countDocuments({ hashed_password: { $exists: true } })).toBe(0);

    await request({ hashedPassword: HASH });
    await authentication.emailCodes.revokeEmailCodes({ emailAddress: EMAIL }, context);

    expect(await codes().countDocuments({ hashed_password: { $exists: true } })).toBe(0);
  });
});

describe('a code of one purpose', () => {
  const contact = `contact:${accountId}` as const;

  it("is refused for another's, and leaves the other's alone", async () => {
    const login = await request();
    const own = await request({ purpose: contact });
    await request({ purpose: `contact:${otherAccountId}` });

    await expect(verify(login, EMAIL, contact)).rejects.toThrow(OtpIncorrectError);
    await expect(verify(own)).rejects.toThrow(OtpIncorrectError);
    await expect(verify(own, EMAIL, `contact:${otherAccountId}`)).rejects.toThrow(
      OtpIncorrectError,
    );
    await verify(login);
    await verify(own, EMAIL, contact);
  });

  it('that was sent to a phone number, too', async () => {
    const { otps } = authentication;
    const ask = async (purpose?: OtpPurpose) => {
      services.clock.advance(1);
      await otps.requestOtp({ phoneNumber, accountId, purpose }, context);
      return services.sent.at(-1)!.data.code;
    };
    const tryOut = (otpCode: string, purpose?: OtpPurpose) =>
      otps.verifyOtp({ phoneNumber, otpCode, purpose }, context);
    const login = await ask();
    const own = await ask(contact);

    await expect(tryOut(login, contact)).rejects.toThrow(OtpIncorrectError);
    await expect(tryOut(own)).rejects.toThrow(OtpIncorrectError);
    await otps.revokeOtps({ phoneNumber }, context);
    await expect(tryOut(login)).rejects.toThrow(OtpExpiredError);
    await tryOut(own, contact);
  });

  it.each(['log-in', 'contact:', ''])('has no other name: %j', async (purpose) => {
    await expect(request({ purpose: purpose as OtpPurpose })).rejects.toThrow(BadLoginFormError);
  });
});

describe('asking for codes', () => {
  beforeEach(async () => {
    const throttled = await services.startInstance({ throttled: true });
    services = { ...services, ...throttled };
    ({ authentication } = services);
  });

  it('has a pause of thirty seconds for all addresses of a mailbox', async () => {
    await request();
    services.clock.advance(29 * SECOND);

    const others = [EMAIL, 'ADA@example.org', 'ada+1@example.org', 'ada+2@example.org'];
    for (const emailAddress of others) {
      await expect(request({ emailAddress })).rejects.toMatchObject({ httpStatus: 429 });
      await expect(
        authentication.emailCodes.assertEmailCodeRequestAllowed({ emailAddress }, context),
      ).rejects.toMatchObject({ httpStatus: 429 });
    }
    expect(services.mails).toHaveLength(1);

    services.clock.advance(SECOND);
    await authentication.emailCodes.assertEmailCodeRequestAllowed({ emailAddress: EMAIL }, context);
    await request({ emailAddress: 'ada+1@example.org' });
  });

  it('gets a mailbox three in ten minutes and five an hour, whoever asks', async () => {
    const ask = (index: number) => {
      services.clock.advance(MINUTE);
      const elsewhere = OperationContext.anonymous('request', `198.51.100.${index}`);
      const emailAddress = `ada+${index}@example.org`;
      return authentication.emailCodes.requestEmailCode({ emailAddress }, elsewhere);
    };
    for (const index of [1, 2, 3]) {
      await ask(index);
    }
    await expect(ask(4)).rejects.toMatchObject({ httpStatus: 429, retryAfterSeconds: 7 * 60 });
    services.clock.advance(10 * MINUTE);
    await ask(5);
    await ask(6);

    services.clock.advance(11 * MINUTE);
    await expect(ask(7)).rejects.toMatchObject({ httpStatus: 429 });
    expect(services.mails).toHaveLength(5);
  });

  it('gets a source ten an hour, however many mailboxes it names', async () => {
    for (let index = 0; index < 10; index += 1) {
      await request({ emailAddress: `person${index}@example.org` });
    }

    await expect(request({ emailAddress: 'person10@example.org' })).rejects.toMatchObject({
      httpStatus: 429,
    });
    expect(await codes().countDocuments()).toBe(10);
  });

  it('is answered once when twenty ask at once', async () => {
    const outcomes = await outcomesOf(
      Array.from({ length: 20 }, (_, index) =>
        authentication.emailCodes.requestEmailCode(
          { emailAddress: `ada+${index}@example.org` },
          context,
        ),
      ),
    );

    expect(outcomes).toEqual({ fulfilled: 1, TooManyRequestsError: 19 });
    expect(services.mails.length).toBeGreaterThan(0);
    expect(await codes().countDocuments()).toBe(1);
  });
});

describe('the codes of an address', () => {
  it('are exported without codes or hashes, of every purpose, and erased', async () => {
    const erasure = { signal: new AbortController().signal, forget: async () => undefined };
    const code = await request({ hashedPassword: HASH });
    await request({ purpose: `contact:${otherAccountId}` });
    await request({ emailAddress: 'eve@example.org' });
    const address = { emailAddress: 'ADA@example.org' };

    const { email_codes: pages } = authentication.exportAuthenticationDataByAccountId(
      { accountId, ...address },
      context,
    );
    const exported = (await collect(pages as AsyncIterable<readonly object[]>)).flat();
    await authentication.deleteAuthenticationDataByAccountId(
      { accountId, ...address },
      erasure,
      context,
    );

    const one = { created_at: expect.any(Date), expires_at: expect.any(Date), status: 'PENDING' };
    expect(exported).toEqual([one, one]);
    expect(JSON.stringify(exported)).not.toContain(code);
    expect(await codes().distinct('email')).toEqual(['eve@example.org']);
  });

  it("that came after the account had it stay: they are the next owner's", async () => {
    const erasure = { signal: new AbortController().signal, forget: async () => undefined };
    await request();
    const emailAddressOwnedUntil = services.clock.now();
    services.clock.advance(MINUTE);
    await request();

    const owned = { accountId, emailAddress: EMAIL, emailAddressOwnedUntil };
    await authentication.deleteAuthenticationDataByAccountId(owned, erasure, context);

    expect(await codes().countDocuments()).toBe(1);
  });
});
