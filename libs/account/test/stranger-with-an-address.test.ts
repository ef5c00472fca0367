import { AccountInvalidCredentialsError } from '@org/account';
import { LoginService } from '@org/authentication';
import { OperationContext, TooManyRequestsError } from '@org/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createServices, ownerOf, type TestServices } from './services.ts';

const ADDRESS = 'ada@example.org';
const password = 'analytical engine';
const strangersPassword = 'difference engine';
const noDevice = { userAgent: '', ip: '' };
const home = from('203.0.113.7');

let services: TestServices;
let login: LoginService;
let owner: string;

beforeEach(async () => {
  services = await createServices({ rateLimits: true });
  login = LoginService.create(services);
  owner = await signUp('ada', password);
  await proveAddress();
});
afterEach(async () => {
  await services.throwaway.remove();
});

function from(address: string): OperationContext {
  return OperationContext.anonymous('request-1', address);
}

async function signUp(username: string, secret: string): Promise<string> {
  const account = { firstName: 'Ada', lastName: 'Lovelace', username, password: secret };
  const { id } = await services.accounts.createAccountByUsernameAndPassword(account, home);
  return id;
}

async function proveAddress(): Promise<void> {
  const proved = { email: ADDRESS, email_verified: true };
  await services.collection('accounts').updateOne({}, { $set: proved });
  const dates = { created_at: new Date(), updated_at: new Date() };
  await services.collection<{ _id: string }>('account_identities').insertOne({
    ...{ _id: `email:${ADDRESS}`, account_id: owner, kind: 'email', value: ADDRESS },
    ...dates,
  });
}

function logInByName(username: string, secret: string, by: OperationContext) {
  return login.loginByUsernameAndPassword({ username, password: secret, ...noDevice }, by);
}

function logInByAddress(secret: string, by: OperationContext) {
  const credentials = { emailAddress: ADDRESS, password: secret };
  return login.loginByEmailAndPassword({ ...credentials, ...noDevice }, by);
}

describe('a stranger whose username is an address that somebody else has proved', () => {
  beforeEach(async () => {
    await signUp(ADDRESS, strangersPassword);
  });

  it('wins no guesses at it by logging in', async () => {
    let guesses = 0;
    for (let round = 0; round < 5; round += 1) {
      for (let guess = 0; guess < 4; guess += 1) {
        const by = from(`198.51.100.${round * 4 + guess}`);
        const refusal = await logInByAddress('a guess', by).catch((error: unknown) => error);
        guesses += refusal instanceof AccountInvalidCredentialsError ? 1 : 0;
      }
      await logInByName(ADDRESS, strangersPassword, from(`192.0.2.${round}`));
    }

    expect(guesses).toBe(5);
  });

  it('gets no reset mails sent there as one of its sources', async () => {
    await logInByName('ada', password, home);
    let mails = 0;
    for (let source = 0; source < 5; source += 1) {
      const by = from(`198.51.100.${source}`);
      await logInByName(ADDRESS, strangersPassword, by);
      for (let request = 0; request < 3; request += 1) {
        const asked = services.accounts.requestPasswordReset({ username: ADDRESS }, by);
        mails += await asked.then(
          () => 1,
          () => 0,
        );
      }
    }

    expect(mails).toBe(3);
    await services.accounts.requestPasswordReset({ emailAddress: ADDRESS }, home);
  });
});

describe('a source that the owner logged in from by one name', () => {
  it('is not locked out by strangers at the others', async () => {
    await logInByName('ada', password, home);
    for (let guess = 0; guess < 5; guess += 1) {
      const refused = logInByAddress('a guess', from(`198.51.100.${guess}`));
      await expect(refused).rejects.toThrow(AccountInvalidCredentialsError);
    }

    await expect(logInByAddress(password, from('192.0.2.1'))).rejects.toThrow(TooManyRequestsError);
    await logInByAddress(password, home);
  });
});

describe('a stranger whose username is the id of an account', () => {
  it('wins no guesses at its password in a session of it', async () => {
    const { collection, accounts } = services;
    await collection('accounts').updateOne({}, { $set: { username: '' } });
    await signUp(owner, strangersPassword);
    const guess = () =>
      accounts.changeAccountPassword(
        { accountId: owner, currentPassword: 'a guess', newPassword: 'another engine' },
        ownerOf(owner),
      );
    for (let guesses = 0; guesses < 5; guesses += 1) {
      await expect(guess()).rejects.toThrow(AccountInvalidCredentialsError);
      await logInByName(owner, strangersPassword, home);
    }

    await expect(guess()).rejects.toThrow(TooManyRequestsError);
  });
});
