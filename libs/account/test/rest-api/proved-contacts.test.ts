import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';

import { createApp, type TestApp } from './app.ts';
import { contactsOf } from './contacts-of.ts';

const address = 'ada@example.com';

let app: TestApp;
const { clear, deliver, ownerWith, remove, change, identitiesOf, proveEmail } = contactsOf(
  () => app,
);

beforeAll(async () => {
  app = await createApp();
});
beforeEach(clear);
afterAll(async () => {
  await app.close();
});

it('notes when a number was proved that an account changes to', async () => {
  const owner = await ownerWith(address);

  expect(await change(owner, '9999999991')).toMatchObject({ status: 200 });

  expect(await app.collection('account_identities').findOne({ kind: 'phone' })).toMatchObject({
    account_id: owner.id,
    verified_at: app.clock.now(),
  });
});

it('frees what a stranger had before the owner of the address claims the account', async () => {
  const stranger = await app.createOwner(address, 'analytical engine');
  await change(stranger, '9999999991');
  await deliver();
  expect(await remove(stranger, 'phone-number')).toMatchObject({ status: 200 });
  expect(Object.values(await identitiesOf(stranger))).toContain(true);

  expect((await proveEmail(address)).id).toBe(stranger.id);

  expect(Object.values(await identitiesOf(stranger))).not.toContain(true);
});
