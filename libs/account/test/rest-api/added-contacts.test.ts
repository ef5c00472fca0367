import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { createApp, type TestApp } from './app.ts';
import { contactsOf, numberOf, reversalIn } from './contacts-of.ts';

const DAY = 24 * 60 * 60_000;
const old = 'ada@example.com';
const next = 'lovelace@example.com';

let app: TestApp;
const { clear, deliver, ownerWith, remove, change, reverse, identitiesOf, logIn, proveEmail } =
  contactsOf(() => app);

beforeAll(async () => {
  app = await createApp();
});
beforeEach(clear);
afterAll(async () => {
  await app.close();
});

const withoutNumber = { email: old, email_verified: true, phone_number: null };

describe('a contact that was added before what the owner undoes', () => {
  it('goes, if the address was removed', async () => {
    const owner = await ownerWith(old);
    await change(owner, '9999999991');
    await deliver();
    await remove(owner, 'email');

    expect(await reverse(reversalIn((await deliver())[old]))).toMatchObject({ status: 201 });

    expect(await app.collection('accounts').findOne()).toMatchObject(withoutNumber);
    expect(await identitiesOf(owner)).toEqual({ [`email:${old}`]: false });
  });

  it('goes, if the number was changed', async () => {
    const owner = await ownerWith(old);
    await change(owner, '9999999991');
    await remove(owner, 'email');
    app.clock.advance(8 * DAY);
    const again = await logIn(owner.id);
    await change(again, { email: next });
    await deliver();
    await change(again, '9999999992');

    await reverse(reversalIn((await deliver())['+919999999991']));

    expect(await app.collection('accounts').findOne()).toMatchObject({
      email: null,
      email_verified: false,
      phone_number: numberOf('9999999991'),
      phone_number_proved: true,
    });
    expect((await proveEmail(next)).id).not.toBe(owner.id);
  });

  it('goes with what replaced it, whose link is void, at the latest 14 days later', async () => {
    const owner = await ownerWith(old);
    await change(owner, '9999999991');
    await change(owner, '9999999992');
    const ofThief = reversalIn((await deliver())['+919999999991']);
    app.clock.advance(6 * DAY);
    const again = await logIn(owner.id);
    await remove(again, 'email');
    const token = reversalIn((await deliver())[old]);

    expect(await reverse(token)).toMatchObject({ status: 201 });

    expect(await app.collection('accounts').findOne()).toMatchObject(withoutNumber);
    expect(await identitiesOf(owner)).toEqual({ [`email:${old}`]: false });
    expect(await reverse(ofThief)).toMatchObject({ status: 400 });
  });

  it('stays, if that was longer than 7 days before', async () => {
    const owner = await ownerWith(old);
    await change(owner, '9999999991');
    await deliver();
    app.clock.advance(7 * DAY);
    await remove(await logIn(owner.id), 'email');

    await reverse(reversalIn((await deliver())[old]));

    expect(await app.collection('accounts').findOne()).toMatchObject({
      email: old,
      phone_number: numberOf('9999999991'),
    });
  });

  it('is kept long enough to be found', async () => {
    const indexes = await app.collection('account_contact_changes').indexes();

    const lifeTimes = indexes.flatMap(({ expireAfterSeconds: seconds }) => seconds ?? []);
    expect(lifeTimes.map((seconds) => seconds * 1000)).toEqual([8 * DAY]);
  });
});
