import { randomUUID } from 'node:crypto';

import { Binary, MongoClient, ObjectId, type Db } from 'mongodb';
import { inject, onTestFinished } from 'vitest';

/** Ids of what {@link storeExample} stores. */
export const example = {
  owner: new ObjectId(),
  phoneOwner: new ObjectId(),
  leaver: new ObjectId(),
  session: new ObjectId(),
  endedSession: new ObjectId(),
};

/** A database of its own, gone after the test. */
export async function openDatabase(): Promise<Db> {
  const client = await new MongoClient(inject('mongodbUri')).connect();
  const database = client.db(`faults-${randomUUID()}`);
  onTestFinished(async () => {
    await database.dropDatabase();
    await client.close();
  });
  return database;
}

const created = new Date('2026-01-01T00:00:00Z');
const later = new Date('2027-01-01T00:00:00Z');
const phoneNumber = { country_code: '+91', phone_number: '9900000001' };

/** What a program that keeps every promise leaves behind. */
export async function storeExample(database: Db): Promise<void> {
  const insert = async (name: string, documents: object[]): Promise<void> => {
    await database.collection(name).insertMany(documents);
  };
  await insert('accounts', [
    account(example.owner, { username: 'ada@example.com', first_name: 'Grace' }),
    account(example.phoneOwner, { phone_number: phoneNumber }),
    account(example.leaver, { username: 'leaver@example.com', active: false }),
  ]);
  await insert('account_identities', [
    { _id: 'username:ada@example.com', account_id: example.owner.toHexString() },
    { _id: 'phone:+919900000001', account_id: example.phoneOwner.toHexString() },
  ]);
  await insert('account_identity_state', [{ _id: 'identities', state: 'complete' }]);
  await insert(
    'account_notification_preferences',
    [example.owner, example.phoneOwner, example.leaver].map((id) => ({
      _id: id,
      account_id: id.toHexString(),
      active: true,
      sms_enabled: true,
    })),
  );
  await insert('sessions', [
    session(example.session, example.owner, null),
    session(example.endedSession, example.leaver, created),
  ]);
  await insert('otps', [
    { phone_number: phoneNumber, attempts: 1, status: 'SUCCESS', active: false },
    { phone_number: phoneNumber, attempts: 5, status: 'PENDING', active: true },
  ]);
  await insert('email_codes', [
    { email: 'ada@example.org', attempts: 5, status: 'PENDING', active: true },
  ]);
  await insert('password_reset_tokens', [{ account: example.owner, is_used: false }]);
  await insert('notification_deliveries', [
    delivery(example.phoneOwner, 'one-time-password', { status: 'sent' }),
    delivery(example.phoneOwner, 'one-time-password', { payload: new Binary(Buffer.from('x')) }),
    delivery(example.owner, 'password-reset', { status: 'dead', payload: new Binary() }),
  ]);
  await insert('job_run', [
    { status: 'succeeded', ended_at: created },
    { status: 'running', ended_at: null },
  ]);
  await insert('audit_log', auditLog());
}

function account(_id: ObjectId, fields: object): object {
  const empty = { username: '', first_name: 'Ada', phone_number: null, active: true };
  return { _id, ...empty, ...fields };
}

function session(_id: ObjectId, accountId: ObjectId, revokedAt: Date | null): object {
  return {
    _id,
    account_id: accountId.toHexString(),
    generation: 0,
    rotated_at: null,
    revoked_at: revokedAt,
    expires_at: created,
    absolute_expires_at: later,
  };
}

function delivery(accountId: ObjectId, topic: string, fields: object): object {
  const queued = { status: 'queued', attempts: 1, leased_until: null, next_attempt_at: created };
  return { account_id: accountId.toHexString(), topic, ...queued, ...fields };
}

function auditLog(): object[] {
  const changed = (resource_type: string, id: ObjectId, action: string, changes: object) => ({
    resource_type,
    resource_id: id.toHexString(),
    action,
    outcome: 'success',
    changes,
  });
  const people = [
    { id: example.owner, username: 'ada@example.com', phone_number: null },
    { id: example.phoneOwner, username: '', phone_number: phoneNumber },
    { id: example.leaver, username: 'leaver@example.com', phone_number: null },
  ];
  return [
    ...people.flatMap(({ id, username, phone_number }) => [
      changed('accounts', id, 'create', {
        username: { old: null, new: username },
        first_name: { old: null, new: 'Ada' },
        phone_number: { old: null, new: phone_number },
        hashed_password: { old: null, new: '[redacted]' },
        active: { old: null, new: true },
      }),
      changed('account_notification_preferences', id, 'create', {
        sms_enabled: { old: null, new: true },
      }),
    ]),
    // In another order than they happened in: Ada, Joan, Grace.
    changed('accounts', example.owner, 'update', { first_name: { old: 'Joan', new: 'Grace' } }),
    changed('accounts', example.owner, 'update', { first_name: { old: 'Ada', new: 'Joan' } }),
    changed('accounts', example.leaver, 'update', { active: { old: true, new: false } }),
    changed('sessions', example.session, 'session_created', {}),
    changed('sessions', example.endedSession, 'session_created', {}),
    changed('sessions', example.endedSession, 'session_ended', {}),
  ];
}
