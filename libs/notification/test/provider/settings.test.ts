import { createEmailProvider, createPushProvider, createSmsProvider } from '@org/notification';
import { expect, it } from 'vitest';

const from = 'no-reply@example.org';
const twilio = {
  kind: 'twilio',
  accountSid: 'A',
  authToken: 's3cret',
  messagingServiceSid: 'M',
} as const;
const push = { publicKey: 'p', privateKey: 'q', subject: 'mailto:operator@example.org' };

function smtp(url: unknown) {
  return () => createEmailProvider({ kind: 'smtp', url: url as string, from });
}

it.each([
  'http://127.0.0.1:1',
  'smtp.example.org',
  'smtp:relay',
  'smtp://',
  'smtp://relay:0',
  'smtp://user@relay',
  'smtp://user:s3cret%@relay',
  ' smtp://relay',
  undefined,
])('no mail is sent through %j', (url) => {
  expect(smtp(url)).toThrow(RangeError);
  expect(smtp(url)).toThrow(/^The url of smtp must begin with smtp:\/\/ or smtps:\/\/(?!.*s3cret)/);
});

it.each(['smtp://relay', 'smtps://user:p%40ss@[::1]:465', 'smtp://relay:25/?pool=true'])(
  'mail is sent through %s',
  (url) => {
    expect(smtp(url)).not.toThrow();
  },
);

it.each(['ftp://example.org', 'example.org', 'https://user:s3cret@example.org', '', null])(
  'no vendor is reached by %j',
  (url) => {
    const baseUrl = url as string;
    const create = [
      () => createEmailProvider({ kind: 'sendgrid', apiKey: 'k', from, baseUrl }),
      () => createSmsProvider({ ...twilio, baseUrl }),
      () => createSmsProvider({ kind: 'webhook', url: baseUrl }),
    ];

    for (const each of create) {
      expect(each).toThrow(RangeError);
      expect(each).toThrow(
        /^The (baseUrl of sendgrid|baseUrl of twilio|url of webhook) must (?!.*s3cret)/,
      );
    }
  },
);

it.each([Number.NaN, 0, -1, 1.5, 2 ** 31, Infinity, '10s', null])(
  '%j is no time limit',
  (given) => {
    const timeoutMilliseconds = given as number;
    const create = [
      () => createEmailProvider({ kind: 'smtp', url: 'smtp://relay', from, timeoutMilliseconds }),
      () => createSmsProvider({ kind: 'webhook', url: 'https://x.org', timeoutMilliseconds }),
      () => createPushProvider({ ...push, timeoutMilliseconds }),
    ];

    for (const each of create) {
      expect(each).toThrow(/^timeoutMilliseconds must be a whole number/);
    }
  },
);

it('pushes go to private addresses only by a boolean', () => {
  const allowPrivateEndpoints = 'false' as unknown as boolean;

  expect(() => createPushProvider({ ...push, allowPrivateEndpoints })).toThrow(
    /^allowPrivateEndpoints must be true or false/,
  );
});
