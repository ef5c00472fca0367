import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { anonymous } from '../services.ts';
import { createApp, type Owner, type TestApp } from './app.ts';
import { contactsOf, numberOf, reversalIn } from './contacts-of.ts';

const DAY = 24 * 60 * 60_000;
const old = 'ada@example.com';
const next = 'eve@example.com';

let app: TestApp;
const { clear, deliver, ownerWith, change, remove, reverse, identitiesOf, logIn, proveEmail } =
  contactsOf(() => app);

beforeAll(async () => {
  app = await createApp();
});
beforeEach(clear);
afterAll(async () => {
  await app.close();
});

function end({ id, token }: Owner) {
  return app.send('DELETE', `/accounts/${id}`, { token });
}

function restore({ id }: Owner) {
  return app.accounts.deletion.restoreAccount({ accountId: id }, anonymous);
}

describe('a deletion within 7 days after a change of contact', () => {
  it('is told to the former address, too, with the time for restoring', async () => {
    const owner = await ownerWith(old);
    await change(owner, { email: next });
    await deliver();

    expect(await end(owner)).toMatchObject({ status: 204 });

    const told = await deliver();
    expect(Object.keys(told).sort()).toEqual([old, next]);
    expect(told[old]).toBe(told[next]);
    expect(told[old]).toContain('restore');
  });

  it('is told to a former number, too', async () => {
    const owner = await ownerWith(old);
    await change(owner, '9999999991');
    await remove(owner, 'phone-number');
    await deliver();

    await end(owner);

    expect(Object.keys(await deliver()).sort()).toEqual(['+919999999991', old]);
  });

  it('is not told to one that can undo nothing any more', async () => {
    const owner = await ownerWith(old);
    await change(owner, { email: next });
    await deliver();
    app.clock.advance(7 * DAY);

    await end(await logIn(owner.id));

    expect(Object.keys(await deliver())).toEqual([next]);
  });

  it('leaves the former address to nobody else, and frees the one that it had', async () => {
    const owner = await ownerWith(old);
    await change(owner, { email: next });

    await end(owner);

    expect(await identitiesOf(owner)).toEqual({ [`email:${old}`]: true });
    await expect(proveEmail(old)).rejects.toMatchObject({ code: 'ACCOUNT_ERR_06' });
    // Whoever wants a reserved identity finds out whether it is stale.
    const other = await ownerWith(next);
    expect(await change(other, { email: old })).toMatchObject({
      status: 409,
      body: { code: 'ACCOUNT_ERR_06' },
    });
    expect(await identitiesOf(owner)).toEqual({ [`email:${old}`]: true });
    app.clock.advance(7 * DAY);
    expect((await proveEmail(old)).id).not.toBe(owner.id);
  });

  it('answers a sign-up by the former number like a known one', async () => {
    const owner = await ownerWith(old);
    await change(owner, '9999999991');
    await remove(owner, 'phone-number');
    await end(owner);
    app.clock.advance(2 * 60_000);

    const form = { body: { phone_number: numberOf('9999999991') } };
    expect(await app.send('POST', '/accounts', form)).toMatchObject({ status: 201 });

    expect(await app.collection('accounts').countDocuments({ active: true })).toBe(0);
  });

  it('can be restored, and then the change undone', async () => {
    const owner = await ownerWith(old);
    await change(owner, { email: next });
    const token = reversalIn((await deliver())[old]);
    await end(owner);
    await app.accounts.deletion.restoreAccount({ accountId: owner.id }, anonymous);

    expect(await reverse(token)).toMatchObject({ status: 201 });

    expect(await identitiesOf(owner)).toEqual({ [`email:${old}`]: false });
    expect((await proveEmail(old)).id).toBe(owner.id);
  });

  it('can be restored without a number that a thief added and then signed up with', async () => {
    const owner = await ownerWith(old);
    await change(owner, '9999999991');
    await end(owner);
    const thief = await app.accounts.getOrCreateAccountByPhoneNumber(
      { phoneNumber: { countryCode: '+91', phoneNumber: '9999999991' } },
      anonymous,
    );

    const restored = await restore(owner);

    expect(restored).toMatchObject({ email: old, phoneNumber: null, leftOut: ['phone'] });
    expect(await identitiesOf(owner)).toEqual({ [`email:${old}`]: false });
    expect(Object.keys(await identitiesOf({ id: thief.id, token: '' }))).toEqual([
      'phone:+919999999991',
    ]);
    expect((await proveEmail(old)).id).toBe(owner.id);
  });

  it('can be restored without the thief’s address, and then the change undone', async () => {
    const owner = await ownerWith(old);
    await change(owner, { email: next });
    const token = reversalIn((await deliver())[old]);
    await end(owner);
    expect((await proveEmail(next)).id).not.toBe(owner.id);

    expect(await restore(owner)).toMatchObject({ email: null, leftOut: ['email'] });
    expect(await reverse(token)).toMatchObject({ status: 201 });

    expect(await identitiesOf(owner)).toEqual({ [`email:${old}`]: false });
    expect((await proveEmail(old)).id).toBe(owner.id);
  });

  it('cannot be restored if nothing would be left of its names', async () => {
    const owner = await ownerWith(old);
    await end(owner);
    await proveEmail(old);

    await expect(restore(owner)).rejects.toMatchObject({ code: 'ACCOUNT_ERR_06' });
  });

  it('keeps nothing any more once the account is erased', async () => {
    const owner = await ownerWith(old);
    await change(owner, { email: next });
    await end(owner);

    await app.accounts.deletion.eraseAccount({ accountId: owner.id }, anonymous);

    expect(await identitiesOf(owner)).toEqual({});
    expect((await proveEmail(old)).id).not.toBe(owner.id);
  });
});
