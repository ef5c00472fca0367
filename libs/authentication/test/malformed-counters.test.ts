import { OperationContext } from '@org/core';
import { MaxKey } from 'mongodb';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { accountId, createServices, origin, phoneNumber, type TestServices } from './services.ts';

const home = OperationContext.anonymous('request-1', '203.0.113.7');

let services: TestServices;

beforeEach(async () => {
  services = await createServices({ throttled: true });
});
afterEach(async () => {
  await services.remove();
});

/** Everything that counts, in counters that exist. */
async function useAll(): Promise<void> {
  const { throttle, login, authentication } = services;
  await throttle.consumePasswordResetRequest({ name: 'ada' }, home);
  await login.loginByUsernameAndPassword({ username: 'ada', password: 'right', ...origin }, home);
  await throttle.assertRefreshAllowed(home);
  await throttle.recordFailedRefresh(home);
  await throttle.consumeSignUp(home);
  await throttle.unlock({ accountId, username: 'ada', phoneNumber }, home);
  await authentication.otps.assertOtpRequestAllowed({ phoneNumber }, home);
}

it.each([
  ['hits', 'x'],
  ['created_at', 'x'],
  ['blocked_until', new Date(8.64e15)],
  ['known', { x: { last_login_at: new Date(8.64e15) } }],
  ['hits', ['x', null]],
  ['pending', 'x'],
  ['pending', [{ id: 1, until: 'x' }]],
  ['failures', 'x'],
  ['blocked_until', 'x'],
  ['known', 'x'],
  ['known', { x: 'x', y: { last_login_at: 'x' }, z: null }],
  ['is_known', 'x'],
  ['account_id', 1],
])('counters whose %s is %j keep nobody out', async (field, value) => {
  await useAll();
  const counters = services.database.collection('throttle_counters');
  const options = { bypassDocumentValidation: true };
  await counters.updateMany({}, { $set: { [field]: value } }, options);

  await useAll();
});

it('a counter whose key is a list keeps nobody out', async () => {
  await useAll();
  const counters = services.database.collection('throttle_counters');
  const options = { bypassDocumentValidation: true };
  await counters.updateMany({}, [{ $set: { key: ['$key'] } }], options);

  await useAll();
});

it('a source with an attempt in progress for ever keeps its owner in', async () => {
  const pending = [{ id: 1, until: new MaxKey() }];
  await useAll();
  const counters = services.database.collection('throttle_counters');
  for (const counter of await counters.find({ known: { $exists: true } }).toArray()) {
    const sources = Object.keys(counter['known'] as object);
    const odd = sources.map((source) => [`known.${source}.pending`, pending]);
    await counters.updateOne({ _id: counter._id }, { $set: Object.fromEntries(odd) });
  }

  await useAll();
});

it('a malformed source is forgotten', async () => {
  await useAll();
  const counters = services.database.collection('throttle_counters');
  const known = { 'known.x': { last_login_at: new Date(), blocked_until: 'x', pending: 'x' } };
  await counters.updateMany({ known: { $exists: true } }, { $set: known });

  await useAll();

  expect(await counters.countDocuments({ 'known.x': { $exists: true } })).toBe(0);
});
