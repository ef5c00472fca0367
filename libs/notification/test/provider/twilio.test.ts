import { createSmsProvider } from '@org/notification';
import { runMessageProviderSuite } from '@org/notification/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { startVendorServer, type VendorServer } from './vendor-server.ts';

const message = { to: '+919999999999', text: 'Your code is 314159.' };
const options = {
  deliveryId: '64b000000000000000000001',
  timeToLiveSeconds: 300,
  signal: new AbortController().signal,
};

/** As Twilio answers: https://www.twilio.com/docs/messaging/api/message-resource. */
function startTwilio(): Promise<VendorServer> {
  const error = (status: number, code: number, text: string) => ({
    status,
    body: JSON.stringify({ code, message: text, more_info: 'https://…', status }),
  });
  return startVendorServer({
    accept: { status: 201, body: JSON.stringify({ sid: 'SM1f0e8ae6', status: 'accepted' }) },
    refuse: error(400, 21211, "The 'To' number +919999999999 is not a valid phone number."),
    fail: error(500, 20500, 'Internal error: Your code is 314159.'),
    limit: { ...error(429, 20429, 'Too many requests'), headers: { 'retry-after': '7' } },
  });
}

function connect(vendor: VendorServer) {
  return createSmsProvider({
    kind: 'twilio',
    accountSid: 'AC123',
    authToken: 't0ken',
    messagingServiceSid: 'MG456',
    baseUrl: vendor.url,
    timeoutMilliseconds: 5_000,
  });
}

runMessageProviderSuite('Twilio', {
  failures: ['refuse', 'fail', 'limit', 'hang', 'drop'],
  start: async () => {
    const vendor = await startTwilio();
    return {
      provider: connect(vendor),
      message,
      secrets: ['9999999999', '314159', 't0ken'],
      // Its API has nothing by which a message could be told again.
      accepted: async () => vendor.accepted.map(() => undefined),
      behave: vendor.behave,
      stop: vendor.stop,
    };
  },
});

describe('Twilio', () => {
  let vendor: VendorServer;

  beforeEach(async () => {
    vendor = await startTwilio();
  });
  afterEach(async () => {
    await vendor.stop();
  });

  it('gets the message in the form of its API, with how long it is good for', async () => {
    expect(await connect(vendor).send(message, options)).toEqual({
      providerMessageId: 'SM1f0e8ae6',
    });

    const { path, headers, body } = vendor.accepted[0]!;
    expect(path).toBe('/2010-04-01/Accounts/AC123/Messages.json');
    expect(headers).toMatchObject({
      authorization: `Basic ${Buffer.from('AC123:t0ken').toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(Object.fromEntries(new URLSearchParams(body.toString()))).toEqual({
      To: '+919999999999',
      MessagingServiceSid: 'MG456',
      Body: 'Your code is 314159.',
      ValidityPeriod: '300',
    });
  });

  it('is never asked to keep a message for more than ten hours', async () => {
    await connect(vendor).send(message, { ...options, timeToLiveSeconds: 86_400 });

    const sent = new URLSearchParams(vendor.accepted[0]!.body.toString());
    expect(sent.get('ValidityPeriod')).toBe('36000');
  });

  it('says by a number what it refuses', async () => {
    vendor.behave('refuse');

    await expect(connect(vendor).send(message, options)).rejects.toThrow(
      'Twilio answered 400 (error 21211).',
    );
  });

  it('has taken a message once it says 201, whatever else it says', async () => {
    vendor.behave({ status: 201, body: '{"sid": ' });

    expect(await connect(vendor).send(message, options)).toEqual({
      providerMessageId: options.deliveryId,
    });
  });
});
