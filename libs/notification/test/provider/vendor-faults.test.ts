import { createEmailProvider, createSmsProvider } from '@org/notification';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startVendorServer, type VendorServer } from './vendor-server.ts';

const options = {
  deliveryId: '64b000000000000000000001',
  timeToLiveSeconds: 300,
  signal: new AbortController().signal,
};
const ok = { status: 200 };
let vendor: VendorServer;

beforeAll(async () => {
  vendor = await startVendorServer({ accept: ok, refuse: ok, fail: ok, limit: ok });
});
afterAll(async () => {
  await vendor.stop();
});

const sendMail = () =>
  createEmailProvider({
    kind: 'sendgrid',
    apiKey: 'key',
    from: 'no-reply@example.org',
    baseUrl: vendor.url,
  }).send({ to: 'ada@example.org', subject: 'Hello', text: 'Plain.', html: 'Rich.' }, options);
const sms = { to: '+919999999999', text: 'Hello' };
const sendByTwilio = () =>
  createSmsProvider({
    kind: 'twilio',
    accountSid: 'AC123',
    authToken: 't0ken',
    messagingServiceSid: 'MG456',
    baseUrl: vendor.url,
  }).send(sms, options);
const sendToWebhook = () =>
  createSmsProvider({ kind: 'webhook', url: vendor.url }).send(sms, options);

const OURS = [301, 307, 401, 402, 403, 404, 405, 407, 408, 409, 410, 425, 429, 500, 502, 503, 504];
const FINAL = [413, 422];

describe.each([
  ['SendGrid', sendMail],
  ['Twilio', sendByTwilio],
  ['the webhook', sendToWebhook],
] as const)('the status of %s', (_vendor, send) => {
  it.each(OURS)('%i is about us or the moment: tried again', async (status) => {
    vendor.behave({ status });

    await expect(send()).rejects.toMatchObject({ retryable: true });
  });

  it.each(FINAL)('%i is about the message: final', async (status) => {
    vendor.behave({ status });

    await expect(send()).rejects.toMatchObject({ retryable: false });
  });
});

describe('a 400 that does not say what is wrong', () => {
  it.each([
    ['SendGrid', sendMail],
    ['Twilio', sendByTwilio],
  ])('of %s may be about us: tried again', async (_vendor, send) => {
    for (const body of ['', '<html>Bad Request</html>', '[]', 'null', '{}', '{"code":"21211"}']) {
      vendor.behave({ status: 400, body });

      await expect(send()).rejects.toMatchObject({ retryable: true });
    }
  });

  it('of the webhook, which has nothing but the status, is final', async () => {
    vendor.behave({ status: 400 });

    await expect(sendToWebhook()).rejects.toMatchObject({ retryable: false });
  });
});

describe('the 400 of SendGrid', () => {
  it.each([
    ['from.email', true],
    ['content', true],
    ['personalizations.0.to.0.email', false],
    [null, true],
  ])('that names the field %s is tried again: %s', async (field, retryable) => {
    vendor.behave({ status: 400, body: JSON.stringify({ errors: [{ message: 'no', field }] }) });

    await expect(sendMail()).rejects.toMatchObject({ retryable });
  });

  it.each(['{"errors":[null]}', '{"errors":7}'])('that says %j is tried again', async (body) => {
    vendor.behave({ status: 400, body });

    await expect(sendMail()).rejects.toMatchObject({ retryable: true });
  });
});

describe('an error of Twilio', () => {
  it.each([
    [400, 21211, false],
    [400, 21610, false],
    [400, 21612, false],
    [400, 21614, false],
    [400, 21617, false],
    [400, 21606, true],
    [400, 21408, true],
    [400, 21608, true],
    [400, 21703, true],
    [401, 20003, true],
    [404, 20404, true],
    [429, 20429, true],
  ])('%i with the code %i is tried again: %s', async (status, code, retryable) => {
    vendor.behave({ status, body: JSON.stringify({ code }) });

    await expect(sendByTwilio()).rejects.toMatchObject({ retryable });
  });
});
