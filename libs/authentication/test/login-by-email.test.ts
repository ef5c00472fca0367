import { BadLoginFormError, OtpExpiredError, OtpIncorrectError } from '@org/authentication';
import { OperationContext, TooManyRequestsError } from '@org/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import {
  accountId,
  actionsIn,
  context,
  createServices,
  EMAIL,
  MINUTE,
  origin,
  otherAccountId,
  SECOND,
  WrongCredentialsError,
  type TestServices,
} from './services.ts';

const NOBODY = 'nobody@example.org';

let services: TestServices;

beforeEach(async () => {
  services = await createServices({ throttled: true });
});
afterEach(async () => {
  await services.remove();
});

async function ask(emailAddress = EMAIL): Promise<string> {
  await services.login.requestLoginByEmail({ emailAddress, ...origin }, context);
  return services.mails.at(-1)!.data.code;
}

function logIn(emailCode: unknown, emailAddress = EMAIL, more: object = {}) {
  const params = { emailAddress, emailCode, ...origin, ...more };
  return services.login.loginByEmailAndCode(params, context);
}

function logInByPassword(password: string, emailAddress = EMAIL) {
  const params = { emailAddress, password, ...origin };
  return services.login.loginByEmailAndPassword(params, context);
}

function wrong(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0');
}

async function workOf(call: () => Promise<unknown>) {
  services.commands.length = 0;
  services.directory.calls.length = 0;
  await call().catch(() => undefined);
  return [services.commands.slice(), services.directory.calls.slice()];
}

describe('requestLoginByEmail', () => {
  it("mails the code in the account's language, and says where the request came from", async () => {
    const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0';
    const params = { emailAddress: EMAIL, userAgent, ip: '203.0.113.7' };

    const { expiresAt } = await services.login.requestLoginByEmail(params, context);

    expect(expiresAt).toEqual(new Date(services.clock.now().getTime() + 5 * MINUTE));
    expect(services.mails).toMatchObject([
      {
        accountId,
        emailAddress: EMAIL,
        topic: 'email-code',
        data: { browser: 'Firefox', system: 'Linux', address: '203.0.113.7' },
        expiresAt,
        locale: 'de-AT',
        timeZone: 'Europe/Vienna',
      },
    ]);
  });

  it('answers and does the same for an address that nobody has', async () => {
    const answerFor = (emailAddress: string) =>
      services.login.requestLoginByEmail({ emailAddress, ...origin }, context);
    const known = await workOf(() => answerFor(EMAIL));
    services.clock.advance(MINUTE);
    const unknown = await workOf(() => answerFor(NOBODY));

    expect(unknown).toEqual(known);
    expect(services.mails.map(({ topic, accountId: owner }) => [topic, owner])).toEqual([
      ['email-code', accountId],
      ['email-code', ''],
    ]);
    services.clock.advance(MINUTE);
    expect(Object.keys(await answerFor(EMAIL))).toEqual(['expiresAt']);
    expect(Object.keys(await answerFor('other@example.org'))).toEqual(['expiresAt']);
  });

  it('is refused alike, and told apart by nothing that is recorded', async () => {
    const refusalOf = async (emailAddress: string) => {
      await ask(emailAddress);
      const refusal = await ask(emailAddress).catch((error: unknown) => error);
      const { code, message, retryAfterSeconds } = refusal as TooManyRequestsError;
      return { code, message, retryAfterSeconds };
    };

    expect(await refusalOf(EMAIL)).toEqual(await refusalOf(NOBODY));
    expect(actionsIn(services).filter((action) => action.startsWith('excess'))).toHaveLength(2);
    const recorded = services.audit.events.map((event) => ({ ...event, context: undefined }));
    const codes = services.mails.map(({ data }) => data.code);
    expect(JSON.stringify(recorded)).not.toMatch(new RegExp(`@example|${codes.join('|')}`));
  });

  it('leaves the owner, at home, a budget that strangers do not use up', async () => {
    await logIn(await ask());
    for (let stranger = 1; stranger <= 6; stranger += 1) {
      services.clock.advance(MINUTE);
      const elsewhere = OperationContext.anonymous('request', `198.51.100.${stranger}`);
      const params = { emailAddress: EMAIL, ...origin };
      await services.login.requestLoginByEmail(params, elsewhere).catch(() => undefined);
    }

    await logIn(await ask());
  });
});

describe('loginByEmailAndCode', () => {
  it('starts a session, and records it as that of the account', async () => {
    const { token } = await logIn(await ask());

    const verified = await services.authentication.verifyAccessToken({ token }, context);
    expect(verified.accountId).toBe(accountId);
    expect(actionsIn(services).slice(-2)).toEqual(['session_created', 'authn_login_success']);
    expect(services.audit.events.at(-1)!.context.actor).toEqual({ type: 'account', id: accountId });
  });

  it('tells the directory what was proved, sent and kept', async () => {
    const request = { emailAddress: NOBODY, hashedPassword: '$argon2id$' };
    await services.authentication.emailCodes.requestEmailCode(request, context);
    const sent = { password: 'analytical', firstName: 'Ada', lastName: 'Lovelace' };

    const { accountId: created } = await logIn(services.mails[0]!.data.code, NOBODY, {
      ...sent,
      actingAccountId: accountId,
    });

    expect(created).toBe(otherAccountId);
    expect(services.directory.admitted).toEqual([
      {
        emailAddress: NOBODY,
        ...sent,
        hashedPassword: '$argon2id$',
        actingAccountId: accountId,
      },
    ]);
  });

  it('refuses wrong and used codes, and records that without the address', async () => {
    const code = await ask();
    await expect(logIn(wrong(code))).rejects.toThrow(OtpIncorrectError);
    await logIn(code);
    await expect(logIn(code)).rejects.toThrow(OtpExpiredError);

    const failures = services.audit.events.filter(({ action }) => action === 'authn_login_fail');
    expect(failures.map(({ subjectDigest }) => subjectDigest)).toEqual([
      services.throttle.digestName({ name: EMAIL }),
      services.throttle.digestName({ name: EMAIL }),
    ]);
    expect(services.directory.calls.filter((call) => call === 'admitProvedEmail')).toHaveLength(1);
  });

  it('does the same for an address that nobody has', async () => {
    const code = await ask();
    const other = await ask(NOBODY);

    const known = await workOf(() => logIn(wrong(code)));
    const unknown = await workOf(() => logIn(wrong(other), NOBODY));
    const codeless = await workOf(() => logIn('000000', 'other@example.org'));

    expect(unknown).toEqual(known);
    expect(codeless).toEqual(known);
  });

  it('pauses after five failures, whether or not somebody has the address', async () => {
    for (const emailAddress of [EMAIL, NOBODY]) {
      for (let failure = 0; failure < 5; failure += 1) {
        await logIn('000000', emailAddress).catch(() => undefined);
      }
      const code = await ask(emailAddress);

      await expect(logIn(code, emailAddress)).rejects.toThrow(TooManyRequestsError);

      services.clock.advance(SECOND);
      await logIn(code, emailAddress);
    }
  });

  it('counts nothing against the address when the directory fails', async () => {
    vi.spyOn(services.directory, 'admitProvedEmail').mockRejectedValueOnce(new Error('broken'));

    await expect(logIn(await ask())).rejects.toThrow('broken');

    expect(actionsIn(services)).not.toContain('authn_login_fail failure');
  });

  it('refuses what is no address', async () => {
    await expect(logIn('000000', 'ada')).rejects.toThrow(BadLoginFormError);
  });
});

describe('loginByEmailAndPassword', () => {
  it('starts a session', async () => {
    const { accountId: loggedIn } = await logInByPassword('right', 'ADA@example.org');

    expect(loggedIn).toBe(accountId);
    expect(actionsIn(services).slice(-2)).toEqual(['session_created', 'authn_login_success']);
  });

  it('does the same for an address that nobody has as for a wrong password', async () => {
    await expect(logInByPassword('wrong')).rejects.toThrow(WrongCredentialsError);
    await expect(logInByPassword('right', NOBODY)).rejects.toThrow(WrongCredentialsError);

    expect(await workOf(() => logInByPassword('right', NOBODY))).toEqual(
      await workOf(() => logInByPassword('wrong')),
    );
    expect(actionsIn(services).at(-1)).toBe('authn_login_fail failure');
  });

  it('shares its failures with codes for the address, not with the username of the same text', async () => {
    const byName = { username: 'Ada@Example.org', password: 'wrong', ...origin };
    for (let failure = 0; failure < 5; failure += 1) {
      await services.login.loginByUsernameAndPassword(byName, context).catch(() => undefined);
    }
    await logInByPassword('right');
    for (let failure = 0; failure < 5; failure += 1) {
      await logInByPassword('wrong', NOBODY).catch(() => undefined);
    }

    await expect(logIn('000000', NOBODY)).rejects.toThrow(TooManyRequestsError);
  });

  it('fails at most twenty times a day from one source, as codes do', async () => {
    for (let time = 0; time < 20; time += 1) {
      await expect(logInByPassword('wrong')).rejects.toThrow(WrongCredentialsError);
      services.clock.advance(31 * MINUTE);
    }

    await expect(logInByPassword('wrong')).rejects.toThrow(TooManyRequestsError);
    await expect(logIn('000000')).rejects.toThrow(TooManyRequestsError);
    const elsewhere = OperationContext.anonymous('request-1', '198.51.100.9');
    const credentials = { emailAddress: EMAIL, password: 'right', ...origin };
    await services.login.loginByEmailAndPassword(credentials, elsewhere);
  });

  it('refuses what is no address', async () => {
    await expect(logInByPassword('right', 'ada')).rejects.toThrow(BadLoginFormError);
  });
});
