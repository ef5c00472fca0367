import { AccountContactRequestNotFoundError } from '@org/account';
import { ObjectId, type Document } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { createApp, type Owner, type TestApp } from './rest-api/app.ts';
import { contactsOf } from './rest-api/contacts-of.ts';
import { anonymous } from './services.ts';

const FAR = new Date(8.64e15);
const phoneNumber = { countryCode: '+91', phoneNumber: '9999999999' };
let app: TestApp;
let ada: Owner;
const { clear, ownerWith } = contactsOf(() => app);

beforeAll(async () => {
  app = await createApp();
});
beforeEach(async () => {
  await clear();
  await app.collection('account_contact_requests').deleteMany({});
  ada = await ownerWith('ada@example.com');
});
afterAll(async () => {
  await app.close();
});

const whole = () => app.accounts.support.getAccountWhole({ accountId: ada.id }, anonymous);

/** As another program might leave it. */
async function store(collection: string, document: Document): Promise<void> {
  const time = app.clock.now();
  await app
    .collection(collection)
    .insertOne(
      { account_id: ada.id, created_at: time, updated_at: time, ...document },
      { bypassDocumentValidation: true },
    );
}

const later = () => new Date(app.clock.now().getTime() + 60_000);
const good = () => ({
  new_contact: { email: 'new@example.com', phone_number: null },
  requested_by: { type: 'worker', id: 'one' },
  expires_at: later(),
});

describe('a request for a contact that another program left malformed', () => {
  it.each<Document>([
    { _id: 'odd' },
    { account_id: null },
    { new_contact: undefined },
    { new_contact: null },
    { new_contact: 'new@example.com' },
    { new_contact: { email: 7 } },
    { new_contact: { email: null, phone_number: { country_code: 91 } } },
    { requested_by: null },
    { requested_by: { type: null } },
    { requested_by: { type: 'worker', id: 5 } },
    { created_at: 'yesterday' },
    { expires_at: FAR },
  ])('is neither listed nor decided on, and hides no other: %j', async (odd) => {
    const _id = new ObjectId();
    await store('account_contact_requests', { _id, ...good(), ...odd });
    const asked = { accountId: ada.id, phoneNumber };
    await store('account_contact_requests', { ...good(), account_id: 'other' });

    const { items } = await app.accounts.support.listContactRequests({}, anonymous);

    expect(items.map(({ accountId }) => accountId)).toEqual(['other']);
    expect((await whole()).contactRequests).toEqual([]);
    const requestId = _id.toHexString();
    await expect(
      app.accounts.support.approveContactChange({ requestId }, anonymous),
    ).rejects.toThrow(AccountContactRequestNotFoundError);
    await app.accounts.support.requestContactChange(asked, anonymous);
    expect((await whole()).contactRequests).toHaveLength(1);
  });
});

describe('an identity that another program left malformed', () => {
  it.each<Document>([
    { verified_at: 'yesterday' },
    { verified_at: FAR },
    { created_at: null },
    { kind: undefined },
    { value: 7 },
  ])('is not shown, hides no other, and keeps its name: %j', async (odd) => {
    const identity = { kind: 'username', value: 'ada', verified_at: null };
    await store('account_identities', { _id: 'username:ada-2', ...identity, ...odd });

    const { identities } = await whole();

    expect(identities.map(({ value }) => value)).toEqual(['ada@example.com']);
    expect(await app.collection('account_identities').countDocuments()).toBe(2);
  });
});

describe('a change of contact that another program left malformed', () => {
  it.each<Document>([
    { new_contact: undefined },
    { new_contact: { email: 7 } },
    { created_at: 5 },
    { expires_at: FAR },
  ])('is not shown, and hides no other: %j', async (odd) => {
    const change = { kind: 'email', status: 'pending', expires_at: later() };
    const { new_contact } = good();
    await store('account_contact_changes', { ...change, new_contact });
    await store('account_contact_changes', { ...change, new_contact, ...odd });

    expect((await whole()).contactChanges).toMatchObject([{ email: 'new@example.com' }]);
  });

  it.each([undefined, null])('is dated by its id if it has %s for that', async (created_at) => {
    const _id = new ObjectId();
    const change = { kind: 'email', status: 'pending', expires_at: later() };
    const { new_contact } = good();
    await store('account_contact_changes', { _id, ...change, new_contact, created_at });

    const [shown] = (await whole()).contactChanges;

    expect(shown?.requestedAt).toEqual(_id.getTimestamp());
  });
});
