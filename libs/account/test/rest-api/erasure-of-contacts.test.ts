import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';

import { anonymous, ownerOf } from '../services.ts';
import { createApp, type TestApp } from './app.ts';
import { contactsOf } from './contacts-of.ts';

const MINUTE = 60_000;

let app: TestApp;
const { clear, deliver, ownerWith, request, change } = contactsOf(() => app);

beforeAll(async () => {
  app = await createApp();
});
beforeEach(clear);
afterAll(async () => {
  await app.close();
});

async function codes(): Promise<readonly unknown[]> {
  const mailed = await app.collection('email_codes').find().toArray();
  const texted = await app.collection('otps').find().toArray();
  return [...mailed, ...texted].map(({ email, phone_number: number }) =>
    String(email ?? number.phone_number),
  );
}

it('erases the codes of a contact that the account had only between a change and the one back', async () => {
  const owner = await ownerWith('ada@example.com');
  await change(owner, { email: 'eve@example.com' });
  await deliver();
  const ofEve = { emailAddress: 'eve@example.com' };
  await app.authentication.emailCodes.requestEmailCode(ofEve, anonymous);
  await change(owner, { email: 'ada@example.com' });
  const { id: accountId } = owner;
  await app.accounts.deletion.deleteAccount({ accountId }, ownerOf(accountId));

  await app.accounts.deletion.eraseAccount({ accountId }, anonymous);

  expect(await codes()).toEqual([]);
});

it('erases the codes of former contacts and of those asked for, although it is killed', async () => {
  const emailAddress = 'ada@example.com';
  await app.authentication.emailCodes.requestEmailCode({ emailAddress }, anonymous);
  const owner = await ownerWith(emailAddress);
  await change(owner, '9999999991');
  await change(owner, { email: 'lovelace@example.com' });
  await change(owner, '9999999992');
  for (const body of [{ email: 'replaced@example.com' }, { email: 'grace@example.com' }]) {
    await request(owner, body);
    await deliver();
  }
  app.clock.advance(2 * MINUTE);
  await request(owner, {
    phone_number: { country_code: '+91', phone_number: '9999999993' },
  });
  const ofGrace = { emailAddress: 'grace@example.com' };
  await app.authentication.emailCodes.requestEmailCode(ofGrace, anonymous);
  expect(new Set(await codes()).size).toBe(7);
  const { id: accountId } = owner;
  await app.accounts.deletion.deleteAccount({ accountId }, ownerOf(accountId));
  const erase = () => app.accounts.deletion.eraseAccount({ accountId }, anonymous);
  const { emailCodes } = app.authentication;
  vi.spyOn(emailCodes, 'deleteEmailCodes')
    .mockResolvedValueOnce()
    .mockRejectedValueOnce(new Error('killed'));
  await expect(erase()).rejects.toThrow('killed');

  await erase();

  // Somebody else asked for a code to log in by an address that the account never proved.
  expect(await codes()).toEqual(['grace@example.com']);
  expect(await app.collection('account_contact_changes').countDocuments()).toBe(0);
});
