import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { createApp, type Owner, type TestApp } from './app.ts';
import { contactsOf, numberOf, reversalIn } from './contacts-of.ts';

const DAY = 24 * 60 * 60_000;
const password = 'analytical engine';
const ofOwner = 'ada@example.com';
const ofThief = 'eve@example.com';

let app: TestApp;
const { clear, deliver, remove, change, reverse, logIn } = contactsOf(() => app);

beforeAll(async () => {
  app = await createApp();
});
beforeEach(clear);
afterAll(async () => {
  await app.close();
});

/** An account with a password whose contact was proved more than 7 days ago. */
async function ownerWithOld(contact: { email: string } | string): Promise<Owner> {
  const owner = await app.createOwner('ada', password);
  await change(owner, contact);
  await deliver();
  app.clock.advance(8 * DAY);
  return logIn(owner.id);
}

async function changePassword({ id, token }: Owner): Promise<void> {
  const body = { current_password: password, new_password: 'difference engine' };
  expect(await app.send('PATCH', `/accounts/${id}`, { token, body })).toMatchObject({
    status: 200,
  });
}

const refused = { status: 400, body: { code: 'ACCOUNT_ERR_04' } };

describe('the link of a contact that was added beside another, and then removed', () => {
  it('is no good once the password was changed', async () => {
    const owner = await ownerWithOld({ email: ofOwner });
    await change(owner, '9999999991');
    await remove(owner, 'phone-number');
    const token = reversalIn((await deliver())['+919999999991']);
    await changePassword(owner);

    expect(await reverse(token)).toMatchObject(refused);

    expect(await app.collection('accounts').findOne()).toMatchObject({
      email: ofOwner,
      phone_number: null,
    });
    expect(await app.login('ada', 'difference engine')).toMatchObject({ status: 201 });
  });

  it('works until then', async () => {
    const owner = await ownerWithOld({ email: ofOwner });
    await change(owner, '9999999991');
    await remove(owner, 'phone-number');
    const token = reversalIn((await deliver())['+919999999991']);

    expect(await reverse(token)).toMatchObject({ status: 201 });

    expect(await app.collection('accounts').findOne()).toMatchObject({
      phone_number: numberOf('9999999991'),
    });
  });

  it('is no good either if it was replaced by another', async () => {
    const owner = await ownerWithOld('9999999991');
    await change(owner, { email: ofThief });
    await change(owner, { email: 'mallory@example.com' });
    const token = reversalIn((await deliver())[ofThief]);
    await changePassword(owner);

    expect(await reverse(token)).toMatchObject(refused);
  });

  it('is no good either if the other one was added in the same week, but first', async () => {
    const owner = await app.createOwner('ada', password);
    await change(owner, '9999999991');
    await change(owner, { email: ofThief });
    await remove(owner, 'email');
    const token = reversalIn((await deliver())[ofThief]);
    await changePassword(owner);

    expect(await reverse(token)).toMatchObject(refused);

    expect(await app.collection('accounts').findOne()).toMatchObject({
      phone_number: numberOf('9999999991'),
    });
  });
});

describe('the link of the contact that was there first', () => {
  it.each([0, 8])('works although the password was changed, %i days later', async (days) => {
    const owner = await app.createOwner('ada', password);
    await change(owner, { email: ofOwner });
    app.clock.advance(days * DAY);
    const again = await logIn(owner.id);
    await change(again, '9999999991');
    await remove(again, 'email');
    const token = reversalIn((await deliver())[ofOwner]);
    await changePassword(again);

    expect(await reverse(token)).toMatchObject({ status: 201 });

    expect(await app.collection('accounts').findOne()).toMatchObject({
      email: ofOwner,
      phone_number: null,
    });
  });
});
