import {
  AccountBadRequestError,
  defineAccountFields,
  type SignUpPolicy,
  type UsernamePolicy,
} from '@org/account';
import { defineError, TooManyRequestsError } from '@org/core';
import * as argon2 from 'argon2';
import { Type } from 'typebox';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { ada, anonymous, createServices, type TestServices } from './services.ts';

vi.mock('argon2', { spy: true });

class NotInvitedError extends defineError('PRODUCT_ERR_01', 403) {
  constructor() {
    super('Only who was invited may sign up.');
  }
}

const fields = defineAccountFields({
  invitation: { schema: Type.String(), optional: true },
});
const number = { countryCode: '+91', phoneNumber: '9999999999' };

let services: TestServices;

afterEach(async () => {
  await services.throwaway.remove();
  vi.clearAllMocks();
});

const countAccounts = () => services.collection('accounts').countDocuments();

describe('a policy for sign-ups', () => {
  it('judges names and declared fields, without the password', async () => {
    const signUpPolicy = vi.fn<SignUpPolicy<typeof fields>>((signUp) => {
      if (signUp.phoneNumber !== undefined || signUp.invitation !== 'yes') {
        throw new NotInvitedError();
      }
    });
    services = await createServices({
      fields,
      policies: { signUpPolicy },
    });
    const { accounts } = services;
    const invited = { ...ada, username: ' \uff21da ', invitation: 'yes' };

    await accounts.createAccountByUsernameAndPassword(invited, anonymous);

    const { firstName, lastName } = ada;
    const judged = { firstName, lastName, username: 'Ada', invitation: 'yes' };
    expect(signUpPolicy.mock.calls).toEqual([[judged, anonymous]]);
  });

  it('refuses before the hash, whether or not the username is taken', async () => {
    let isOpen = true;
    const signUpPolicy: SignUpPolicy = async () => {
      if (!isOpen) {
        throw new NotInvitedError();
      }
    };
    services = await createServices({ policies: { signUpPolicy } });
    const { accounts } = services;
    await accounts.createAccountByUsernameAndPassword(ada, anonymous);
    isOpen = false;
    vi.clearAllMocks();

    for (const username of [ada.username, 'grace']) {
      const signUp = accounts.createAccountByUsernameAndPassword({ ...ada, username }, anonymous);
      await expect(signUp).rejects.toThrow(NotInvitedError);
    }

    expect(argon2.hash).not.toHaveBeenCalled();
    expect(await countAccounts()).toBe(1);
    const { username, password } = ada;
    await accounts.getAccountByUsernameAndPassword({ username, password }, anonymous);
  });

  it('refuses a phone number before a code is sent, and none that has an account', async () => {
    let isOpen = true;
    const signUpPolicy = vi.fn<SignUpPolicy>(() => {
      if (!isOpen) {
        throw new NotInvitedError();
      }
    });
    services = await createServices({ policies: { signUpPolicy } });
    const { accounts, clock } = services;
    const signUp = (phoneNumber: string) =>
      accounts.getOrCreateAccountByPhoneNumber(
        { phoneNumber: { ...number, phoneNumber } },
        anonymous,
      );
    await signUp('9999999999');
    expect(signUpPolicy.mock.calls).toEqual([[{ phoneNumber: number }, anonymous]]);
    isOpen = false;
    clock.advance(60_000);
    const otps = services.collection('otps');
    const before = await otps.find().toArray();

    await expect(signUp('9999999998')).rejects.toThrow(NotInvitedError);

    expect(await otps.find().toArray()).toEqual(before);
    expect(await countAccounts()).toBe(1);
    await signUp('9999999999');
    expect(signUpPolicy).toHaveBeenCalledTimes(2);
    expect(await otps.find().toArray()).not.toEqual(before);
  });

  it('is no way around the budget of the phone form', async () => {
    services = await createServices({
      rateLimits: true,
      policies: {
        signUpPolicy: () => {
          throw new NotInvitedError();
        },
      },
    });
    const signUp = (last: number) =>
      services.accounts.getOrCreateAccountByPhoneNumber(
        { phoneNumber: { ...number, phoneNumber: `99999999${last + 10}` } },
        anonymous,
      );

    for (let form = 0; form < 20; form += 1) {
      await expect(signUp(form)).rejects.toThrow(NotInvitedError);
    }

    await expect(signUp(20)).rejects.toThrow(TooManyRequestsError);
  });
});

describe('a policy for usernames', () => {
  it('judges the normalised name of a sign-up before the hash', async () => {
    const usernamePolicy = vi.fn<UsernamePolicy>((username) => {
      if (!username.includes('@')) {
        throw AccountBadRequestError.ofField('username', 'must be an e-mail address');
      }
    });
    services = await createServices({ policies: { usernamePolicy } });
    const { accounts } = services;
    const signUp = (username: string) =>
      accounts.createAccountByUsernameAndPassword({ ...ada, username }, anonymous);

    await expect(signUp(' \uff21da ')).rejects.toMatchObject({
      code: 'ACCOUNT_ERR_04',
      message: 'username must be an e-mail address',
      details: [{ path: '/username', message: 'username must be an e-mail address' }],
    });
    expect(usernamePolicy.mock.calls).toEqual([['Ada', anonymous]]);
    expect(argon2.hash).not.toHaveBeenCalled();

    await signUp('ada@example.com');
    expect(await countAccounts()).toBe(1);
  });

  it('cannot allow what is a danger, and is not asked at a log-in', async () => {
    let isOpen = true;
    services = await createServices({
      policies: {
        usernamePolicy: () => {
          if (!isOpen) {
            throw new NotInvitedError();
          }
        },
      },
    });
    const { accounts } = services;
    const hidden = accounts.createAccountByUsernameAndPassword(
      { ...ada, username: 'a\u200bda' },
      anonymous,
    );
    await expect(hidden).rejects.toMatchObject({ code: 'ACCOUNT_ERR_04' });
    const { id } = await accounts.createAccountByUsernameAndPassword(ada, anonymous);
    isOpen = false;

    const { username, password } = ada;
    const found = await accounts.getAccountByUsernameAndPassword({ username, password }, anonymous);

    expect(found.id).toBe(id);
  });
});
