import { AccountWithIdNotFoundError } from '@org/account';
import { OtpRequestFailedError } from '@org/authentication';
import { TooManyRequestsError } from '@org/core';
import { ObjectId } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import {
  anonymous,
  breakCollection,
  createServices,
  ownerOf,
  type TestServices,
} from './services.ts';

const phoneNumber = { countryCode: '+91', phoneNumber: '9999999999' };
const stored = { country_code: '+91', phone_number: '9999999999' };

let services: TestServices;

beforeAll(async () => {
  services = await createServices({ isMixed: true });
});
beforeEach(async () => {
  for (const name of COLLECTIONS) {
    await services.collection(name).deleteMany({});
  }
});
afterAll(async () => {
  await services.throwaway.remove();
});

const COLLECTIONS = [
  'accounts',
  'account_notification_preferences',
  'otps',
  'notification_deliveries',
];

async function counts({ collection }: TestServices = services): Promise<number[]> {
  return Promise.all(COLLECTIONS.map((name) => collection(name).countDocuments()));
}

function signUp(number = phoneNumber) {
  return services.accounts.getOrCreateAccountByPhoneNumber({ phoneNumber: number }, anonymous);
}

function insertEarlierAccount(fields: object = {}) {
  const time = new Date('2020-01-01T00:00:00.000Z');
  return services.collection('accounts').insertOne({
    active: true,
    first_name: 'Ada',
    last_name: 'Lovelace',
    username: 'ada@example.com',
    hashed_password: '',
    phone_number: stored,
    created_at: time,
    updated_at: time,
    ...fields,
  });
}

describe('getOrCreateAccountByPhoneNumber', () => {
  it('stores account, preferences, one-time password and message', async () => {
    const { id } = await signUp({ countryCode: '91', phoneNumber: '99999 99999' });

    expect(await services.collection('accounts').findOne()).toEqual({
      _id: ObjectId.createFromHexString(id),
      active: true,
      first_name: '',
      last_name: '',
      username: '',
      hashed_password: '',
      phone_number: stored,
      phone_number_proved: false,
      email: null,
      email_verified: false,
      identity_version: 1,
      created_at: services.clock.now(),
      updated_at: services.clock.now(),
    });
    expect(await counts()).toEqual([1, 1, 1, 1]);
    await services.notification.deliverDueMessages();
    expect(services.outbox.smsMessages.at(-1)).toMatchObject({ to: '+919999999999' });
  });

  it('sends to sixteen digits, which Germany has', async () => {
    await signUp({ countryCode: '+49', phoneNumber: '30111111111111' });

    await services.notification.deliverDueMessages();
    expect(services.outbox.smsMessages.at(-1)).toMatchObject({ to: '+4930111111111111' });
  });

  it('stores nothing of it when one of them cannot be stored', async () => {
    const repair = await breakCollection(services, 'notification_deliveries');

    await expect(signUp()).rejects.toThrow();

    expect(await counts()).toEqual([0, 0, 0, 0]);
    await repair();
  });

  it('answers the same for a number that is known, but for the id', async () => {
    const { insertedId } = await insertEarlierAccount();

    const known = await signUp();
    const created = await signUp({ countryCode: '+91', phoneNumber: '9999999998' });

    expect(known).toEqual({ ...created, id: insertedId.toHexString(), phoneNumber });
    expect(known).toMatchObject({
      firstName: '',
      lastName: '',
      username: '',
      createdAt: services.clock.now(),
      updatedAt: services.clock.now(),
    });
  });

  it('sends a one-time password to a known number, and changes nothing of its account', async () => {
    await insertEarlierAccount();
    const before = await services.collection('accounts').findOne();

    await signUp();

    expect(await counts()).toEqual([1, 0, 1, 1]);
    expect(await services.collection('accounts').findOne()).toEqual(before);
  });

  it.each([
    ['without the plus', { country_code: '91', phone_number: '9999999999' }],
    ['with blanks', { country_code: '+91', phone_number: '99999 99999' }],
    ['with 00 for the plus', { country_code: '0091', phone_number: '9999999999' }],
    ['in one part, with 00', { country_code: '', phone_number: '00919999999999' }],
    ['in one part, without the plus', { country_code: '', phone_number: '919999999999' }],
    ['in brackets', { country_code: '(91)', phone_number: '9999999999' }],
    ['with a dash', { country_code: '+91-', phone_number: '9999999999' }],
    ['as a link', { country_code: '', phone_number: 'tel:+919999999999' }],
  ])('finds a number %s that an earlier backend stored like that', async (_what, number) => {
    const { insertedId } = await insertEarlierAccount({ phone_number: number });

    const { id } = await signUp({
      countryCode: number.country_code,
      phoneNumber: number.phone_number,
    });

    expect(id).toBe(insertedId.toHexString());
    expect(await counts()).toEqual([1, 0, 1, 1]);
    await services.notification.deliverDueMessages();
    expect(services.outbox.smsMessages.at(-1)).toMatchObject({ to: '+919999999999' });
  });

  it('finds the number as it was sent before it looks for the normalised one', async () => {
    await insertEarlierAccount({ username: 'normalised' });
    const asSent = await insertEarlierAccount({
      phone_number: { country_code: '91', phone_number: '9999999999' },
      username: 'as sent',
    });

    const { id } = await signUp({ countryCode: '91', phoneNumber: '9999999999' });

    expect(id).toBe(asSent.insertedId.toHexString());
  });

  it('goes on for who proved a number that is not served any more, and for nobody else', async () => {
    const phone = { country_code: '+49', phone_number: '18012345' };
    const sharedCost = { countryCode: '+49', phoneNumber: '18012345' };
    await expect(signUp(sharedCost)).rejects.toThrow(OtpRequestFailedError);
    await insertEarlierAccount({ phone_number: phone, phone_number_proved: false });
    await expect(signUp(sharedCost)).rejects.toThrow(OtpRequestFailedError);
    await services.collection('accounts').updateMany({}, { $set: { phone_number_proved: true } });

    await signUp(sharedCost);

    expect(await services.collection('otps').countDocuments()).toBe(1);
  });

  it('gives the number of a deleted account to a new one', async () => {
    const deleted = await insertEarlierAccount({ active: false });

    expect((await signUp()).id).not.toBe(deleted.insertedId.toHexString());
  });

  it.each([
    ['too short', { countryCode: '+91', phoneNumber: '99' }],
    ['of no country', { countryCode: '+999', phoneNumber: '9999999999' }],
    ['empty', { countryCode: '', phoneNumber: '' }],
    ['text', { countryCode: '+91', phoneNumber: 'call me' }],
    ['spelt as no account is', { countryCode: '0091', phoneNumber: '9999999999' }],
    ['in one part, of no account', { countryCode: '', phoneNumber: '919999999999' }],
  ])('refuses a number that is %s, and stores nothing', async (_what, number) => {
    const signingUp = signUp(number);

    await expect(signingUp).rejects.toThrow(OtpRequestFailedError);
    await expect(signingUp).rejects.toMatchObject({ code: 'OTP_ERR_03', httpStatus: 400 });
    expect(await counts()).toEqual([0, 0, 0, 0]);
  });

  it.each(['new', 'known'])(
    'stores and sends nothing within the resend pause, for a %s number',
    async (what) => {
      const limited = await createServices({ rateLimits: true });
      const ask = () =>
        limited.accounts.getOrCreateAccountByPhoneNumber({ phoneNumber }, anonymous);
      await ask();
      if (what === 'new') {
        await limited.collection('accounts').deleteMany({});
      }
      const before = await counts(limited);
      limited.clock.advance(29_000);
      limited.commands.length = 0;

      await expect(ask()).rejects.toThrow(TooManyRequestsError);

      expect(limited.commands).not.toContain('abortTransaction');
      expect(await counts(limited)).toEqual(before);
      limited.clock.advance(1_000);
      await ask();
      await limited.throwaway.remove();
    },
  );

  it('makes one account of 50 parallel sign-ups, 20 rounds', async () => {
    for (let round = 0; round < 20; round += 1) {
      const national = String(9_900_000_000 + round);
      const spellings = [
        { countryCode: '+91', phoneNumber: national },
        { countryCode: '91', phoneNumber: national },
        { countryCode: '+91', phoneNumber: `${national.slice(0, 5)} ${national.slice(5)}` },
      ];

      const accounts = await Promise.all(
        Array.from({ length: 50 }, (_, index) => signUp(spellings[index % spellings.length])),
      );

      expect(new Set(accounts.map(({ id }) => id)).size).toBe(1);
    }
    const [accounts, preferences] = await counts();
    expect([accounts, preferences]).toEqual([20, 20]);
  });

  it('sends one code for 50 parallel sign-ups where codes are limited, and makes one account', async () => {
    const limited = await createServices({ rateLimits: true });

    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, () =>
        limited.accounts.getOrCreateAccountByPhoneNumber({ phoneNumber }, anonymous),
      ),
    );

    const ids = outcomes.flatMap((outcome) =>
      outcome.status === 'fulfilled' ? [outcome.value.id] : [],
    );
    const refusals = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [(outcome.reason as Error).name] : [],
    );
    expect(new Set(ids).size).toBe(1);
    expect(new Set(refusals)).toEqual(new Set(['TooManyRequestsError']));
    expect(await counts(limited)).toEqual([1, 1, 1, 1]);
    await limited.throwaway.remove();
  });
});

describe('findAccountByPhoneNumber', () => {
  it('finds the account as sent and normalised, and none that is deleted', async () => {
    const { id } = await signUp();
    const find = (countryCode: string, number: string) =>
      services.accounts.findAccountByPhoneNumber(
        { phoneNumber: { countryCode, phoneNumber: number } },
        anonymous,
      );

    expect(await find('+91', '9999999999')).toMatchObject({ id, phoneNumber });
    expect(await find('91', ' 99999-99999')).toMatchObject({ id });
    expect(await find('+91', '9999999998')).toBeUndefined();
    expect(await find('', '')).toBeUndefined();
    await services.accounts.deletion.deleteAccount({ accountId: id }, ownerOf(id));
    expect(await find('+91', '9999999999')).toBeUndefined();
  });
});

describe('proveAccountPhoneNumber', () => {
  it('notes it once, and is recorded as a change', async () => {
    const { id: accountId } = await signUp();
    await services.accounts.proveAccountPhoneNumber({ accountId }, ownerOf(accountId));

    expect(await services.collection('accounts').findOne()).toMatchObject({
      phone_number_proved: true,
    });
    services.commands.length = 0;
    await services.accounts.proveAccountPhoneNumber({ accountId }, ownerOf(accountId));
    expect(services.commands).toEqual(['find']);
  });

  it('leaves an account of an earlier backend as it is', async () => {
    const { insertedId } = await insertEarlierAccount();
    const before = await services.collection('accounts').findOne();

    await services.accounts.proveAccountPhoneNumber(
      { accountId: insertedId.toHexString() },
      anonymous,
    );

    expect(await services.collection('accounts').findOne()).toEqual(before);
  });

  it('finds no account that is gone', async () => {
    await expect(
      services.accounts.proveAccountPhoneNumber(
        { accountId: '64b000000000000000000001' },
        anonymous,
      ),
    ).rejects.toThrow(AccountWithIdNotFoundError);
  });
});

describe('findAccountByPhoneNumber', () => {
  it.each([
    ['empty', { countryCode: '+91', phoneNumber: '' }],
    ['empty in both parts', { countryCode: '', phoneNumber: '' }],
    ['far too long', { countryCode: '+91', phoneNumber: '9'.repeat(200) }],
  ])('asks no database for a number that is %s: no index has it', async (_what, nobodys) => {
    await insertEarlierAccount({ phone_number: { country_code: '+91', phone_number: '' } });
    const before = services.commands.length;

    const found = await services.accounts.findAccountByPhoneNumber(
      { phoneNumber: nobodys },
      anonymous,
    );

    expect(found).toBeUndefined();
    expect(services.commands.slice(before)).toEqual([]);
  });
});
