import { AccountService } from '@org/account';
import { findTakenParameters } from '@org/core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ada, anonymous, createServices, type TestServices } from './services.ts';

const accountId = '64b000000000000000000001';
const emailAddress = 'ada@example.com';
const origin = { userAgent: 'test', ip: '192.0.2.1' };
const phoneNumber = { countryCode: '+91', phoneNumber: '9999999999' };
const { signal } = new AbortController();
const newDevice = {
  accountId,
  sessionId: accountId,
  isFirst: false,
  device: 'Windows',
  browser: 'Firefox',
  ip: '192.0.2.1',
  key: 'key',
  at: new Date(),
  authenticatedBy: 'password' as const,
  token: 'token',
};
let services: TestServices;

beforeAll(async () => {
  services = await createServices();
});
afterAll(async () => {
  await services.throwaway.remove();
});

describe('AccountSupportService', () => {
  it('takes no wrong parameters', async () => {
    const cursor = Buffer.from(JSON.stringify([0, accountId, 'ada', 'ada'])).toString('base64url');
    const taken = await findTakenParameters(services.accounts.support, {
      code: /^ACCOUNT_ERR_04$/,
      trusted: [anonymous],
      notCalled: { initialize: 'takes nothing' },
      calls: {
        disableAccount: [{ accountId }, anonymous],
        enableAccount: [{ accountId }, anonymous],
        endSessions: [{ accountId }, anonymous],
        sendPasswordReset: [{ accountId }, anonymous],
        resendCode: [{ accountId, channel: 'email' }, anonymous],
        unlock: [{ accountId }, anonymous],
        requestContactChange: [{ accountId, emailAddress, phoneNumber }, anonymous],
        approveContactChange: [{ requestId: accountId }, anonymous],
        rejectContactChange: [{ requestId: accountId }, anonymous],
        withdrawContactChange: [{ requestId: accountId }, anonymous],
        listContactRequests: [{ limit: 10, cursor: accountId }, anonymous],
        searchAccounts: [{ query: 'ada', state: 'active', limit: 10, cursor }, anonymous],
        getAccountWhole: [{ accountId }, anonymous],
        findAccountByName: [{ username: 'ada', phoneNumber }, anonymous],
      },
      taken: [/^(listContactRequests|findAccountByName)\(0: \{/], // all of it is optional
    });

    expect(taken).toEqual([]);
  });
});

describe(AccountService, () => {
  it('takes no wrong parameters', async () => {
    const { username, password } = ada;
    // The account is looked for before its flags are checked.
    const stored = await services.accounts.createAccountByUsernameAndPassword(ada, anonymous);
    const newPassword = 'difference engine';
    const change = { accountId, currentPassword: password, newPassword, currentSessionId: 'a' };
    const flags = { emailEnabled: true, pushEnabled: true, smsEnabled: true };
    const names = { firstName: 'Ada', lastName: 'King' };
    const proved = {
      ...{ emailAddress, password, ...names },
      hashedPassword: 'hash',
      actingAccountId: accountId,
    };

    const taken = await findTakenParameters(services.accounts, {
      code: /^ACCOUNT_ERR_04$/,
      trusted: [anonymous],
      notCalled: {
        initialize: 'takes nothing',
        close: 'takes nothing',
        registerJobs: 'takes a service, from the program',
        registerPersonalDataProvider: 'takes a module, from the program',
        countRefusedSignUp: 'takes nothing',
      },
      calls: {
        createAccountByUsernameAndPassword: [ada, anonymous],
        getOrCreateAccountByPhoneNumber: [{ phoneNumber }, anonymous],
        getAccountById: [{ id: accountId }, anonymous],
        getAccountByUsername: [{ username }, anonymous],
        findAccountByPhoneNumber: [{ phoneNumber }, anonymous],
        getAccountByUsernameAndPassword: [{ username, password }, anonymous],
        getAccountByIdAndPassword: [{ accountId, password }, anonymous],
        findAccountForLogin: [{ accountId }, anonymous],
        proveAccountPhoneNumber: [{ accountId }, anonymous],
        updateAccountProfile: [{ accountId, ...names }, anonymous],
        changeAccountPassword: [change, anonymous],
        requestPasswordReset: [{ username }, anonymous],
        resetAccountPassword: [{ accountId, token: 'token', newPassword }, anonymous],
        createOrUpdateAccountNotificationPreferences: [
          { accountId: stored.id, ...flags, topics: { announcement: { email: true } } },
          anonymous,
        ],
        getAccountNotificationPreferencesByAccountId: [{ accountId }, anonymous],
        exportAccount: [{ accountId }, anonymous],
        notifyAccountOfTokenReuse: [{ accountId }, anonymous],
        notifyAccountOfNewDevice: [newDevice, anonymous],
        requestAccountByEmail: [{ emailAddress, password, ...names, origin }, anonymous],
        findAccountByEmail: [{ emailAddress }, anonymous],
        getAccountByEmailAndPassword: [{ emailAddress, password }, anonymous],
        admitProvedEmail: [proved, anonymous],
      },
      taken: [
        /^updateAccountProfile\(0\.\w+Name: null/, // stays as it is
        /^notifyAccountOfNewDevice\(0\.(device|browser): null/, // unknown
      ],
    });

    expect(taken).toEqual([]);
  });

  it('takes no wrong parameters for a deletion', async () => {
    const taken = await findTakenParameters(services.accounts.deletion, {
      code: /^ACCOUNT_ERR_04$/,
      trusted: [anonymous, signal],
      notCalled: { registerJobs: 'takes a service, from the program' },
      calls: {
        deleteAccount: [{ accountId }, anonymous],
        restoreAccount: [{ accountId }, anonymous],
        getDeletedAccount: [{ accountId }, anonymous],
        eraseAccount: [{ accountId }, anonymous, signal],
      },
    });

    expect(taken).toEqual([]);
  });

  it('takes no wrong parameters for contacts', async () => {
    const { id } = await services.accounts.admitProvedEmail({ emailAddress }, anonymous);
    const taken = await findTakenParameters(services.accounts.contacts, {
      // An unknown code or change is a wrong code.
      code: /^(ACCOUNT_ERR_04|OTP_ERR_0[13])$/,
      trusted: [anonymous],
      notCalled: { initialize: 'takes nothing' },
      calls: {
        requestContactChange: [{ accountId: id, emailAddress, phoneNumber, origin }, anonymous],
        confirmContactChange: [{ accountId, changeId: accountId, code: '123456' }, anonymous],
        removeContact: [{ accountId, kind: 'email' }, anonymous],
        reverseContactChange: [{ token: 'token' }, anonymous],
      },
      taken: [/^requestContactChange\(0\.phoneNumber/], // the e-mail address decides
    });

    expect(taken.filter((line) => !line.startsWith('confirmContactChange():'))).toEqual([
      expect.stringMatching(/^reverseContactChange\(\): /),
    ]);
  });

  it('takes no wrong parameters for imports and exports', async () => {
    const lines = ReadableStream.from([Buffer.from('{}')]);
    const taken = await findTakenParameters(services.accounts.transfer, {
      code: /^ACCOUNT_ERR_04$/,
      trusted: [anonymous],
      notCalled: {},
      calls: {
        importAccounts: [{ lines, isDryRun: true, beforeRetry: async () => undefined }, anonymous],
        exportAccounts: [{ withHashes: false }, anonymous],
      },
      taken: [/^exportAccounts\(0: \{/], // all of it is optional
    });

    expect(taken).toEqual([]);
  });

  it('takes no wrong parameters for sessions', async () => {
    const taken = await findTakenParameters(services.accounts.sessions, {
      code: /^ACCOUNT_ERR_04$/,
      trusted: [anonymous],
      notCalled: {},
      calls: {
        tellOfTokenReuse: [{ accountId }, anonymous],
        tellOfNewDevice: [newDevice, anonymous],
        reverseSession: [{ token: 'token' }, anonymous],
      },
      taken: [/^tellOfNewDevice\(0\.(device|browser): null/], // unknown
    });

    expect(taken.filter((line) => !line.startsWith('reverseSession():'))).toEqual([]);
  });

  it('takes no wrong parameters for the end of a subscription', async () => {
    const taken = await findTakenParameters(services.accounts.unsubscribing, {
      code: /^ACCOUNT_ERR_04$/,
      trusted: [anonymous],
      notCalled: {},
      calls: {
        getUnsubscribePage: [{ token: 'token' }, anonymous],
        unsubscribe: [{ token: 'token' }, anonymous],
      },
    });

    expect(taken).toEqual([]);
  });

  it.each([
    [{ ...ada, username: 1 }, 'username must be a string'],
    [{ ...ada, lastName: undefined }, 'last_name must be a string'],
    [{ ...ada, password: 'analytical\ud800engine' }, 'password must be well-formed Unicode'],
  ])('names the field that is wrong in %j', async (params, message) => {
    await expect(
      services.accounts.createAccountByUsernameAndPassword(params as typeof ada, anonymous),
    ).rejects.toMatchObject({ code: 'ACCOUNT_ERR_04', message });
  });
});
