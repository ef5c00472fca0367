import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { defineModule } from '@org/core';
import { describe, expect, inject, it } from 'vitest';

import { createBackend } from '../src/create-backend.ts';

function create(options: object): ReturnType<typeof createBackend> {
  const given = {
    mongodbUri: inject('mongodbUri'),
    databaseName: `options-${randomBytes(6).toString('hex')}`,
    secretKey: randomBytes(32),
  };
  return createBackend({ ...given, ...options });
}

const key = randomBytes(32);

describe('an option', () => {
  it.each([
    ['that the environment lacks', { secretKey: undefined }, /^secretKey must be at least 32/],
    ['without which nothing connects', { mongodbUri: undefined }, /^mongodbUri must be a conn/],
    ['that is no connection string', { mongodbUri: 'http://db' }, /^mongodbUri must be a conn/],
    ['that is null', { secretKey: null }, /^secretKey must be/],
    [
      'of a key that changes, misspelt',
      { secretKey: { current: randomBytes(32), prevous: randomBytes(32) } },
      /^secretKey must be .* current, previous and next/,
    ],
    [
      'of a key that somebody typed',
      { secretKey: 'change-me-change-me-change-me-change-me-now' },
      /^secretKey is a placeholder, not random/,
    ],
    [
      'of a key that somebody typed, as bytes',
      { secretKey: Buffer.from('correct horse battery staple, twice') },
      /^secretKey is a placeholder, not random/,
    ],
    [
      'of a previous key that somebody typed',
      { secretKey: { current: key, previous: 'change-me-change-me-change-me-change-me-now' } },
      /^secretKey\.previous is a placeholder, not random/,
    ],
    [
      'of a key that changes to itself',
      { secretKey: { current: key, previous: key.toString('base64') } },
      /^Of secretKey, previous must differ from current/,
    ],
    ['that is misspelt', { webappUrl: 'https://x.org' }, /^There is no option webappUrl; .*webApp/],
    ['that is no address', { webAppUrl: 'app.example.com' }, /^webAppUrl must be an http/],
    ['of another protocol', { apiUrl: 'http://x.org' }, /^apiUrl must be an https address/],
    ['of an unknown kind', { email: { kind: 'pigeon' } }, /^email must have a send function/],
    [
      'without its address',
      { email: { kind: 'smtp', url: undefined, from: 'a@b.c' } },
      /smtp \(url/,
    ],
    [
      'of another protocol than its kind',
      { email: { kind: 'smtp', url: 'http://127.0.0.1:1', from: 'a@b.c' } },
      /^The url of smtp must begin with smtp/,
    ],
    [
      'for mails, misspelt',
      { email: { kind: 'outbox', timeoutMiliseconds: 1 } },
      /^There is no option email\.timeoutMiliseconds; there are: kind, url, from/,
    ],
    [
      'for SMS that takes forever',
      { sms: { kind: 'webhook', url: 'https://x.org', timeoutMilliseconds: 2 ** 31 } },
      /^sms\.timeoutMilliseconds must be a number of milliseconds, 2147483647 at most/,
    ],
    [
      'for push messages, misspelt',
      { push: { publicKey: 'a', privateKey: 'b', subject: 'c', allowsPrivateEndpoints: true } },
      /^There is no option push\.allowsPrivateEndpoints; /,
    ],
    [
      'that polls forever',
      { settings: { webhook: { pollIntervalMilliseconds: 1e10 } } },
      /^settings\.webhook\.pollIntervalMilliseconds must be .*2147483647 at most/,
    ],
    ['that MongoDB cannot name so', { databaseName: 'a.b' }, /^databaseName, or that/],
    ['that names a database of MongoDB', { databaseName: 'Local' }, /^databaseName, or that/],
    ['of no channel', { push: { kind: 'outbox' } }, /^push must have a publicKey/],
    ['that is awaited too late', { clock: Promise.resolve() }, /^clock must have the functions/],
    ['that logs nothing', { logger: {} }, /^logger must have the functions debug/],
    [
      'for settings, misspelt',
      { settings: { acount: {} } },
      /^There is no option settings\.acount/,
    ],
    [
      'for accounts, misspelt',
      { settings: { account: { passwordMinLength: 15 } } },
      /^There is no option settings\.account\.passwordMinLength; .*passwordMinimumLength/,
    ],
    [
      'for hashes of passwords, misspelt',
      { settings: { account: { passwordHashing: { memory: 65_536 } } } },
      /^There is no option settings\.account\.passwordHashing\.memory; .*memoryKibibytes/,
    ],
    [
      'for access tokens, misspelt',
      { settings: { authentication: { accessTokenIsuer: 'x' } } },
      /^There is no option settings\.authentication\.accessTokenIsuer; /,
    ],
    [
      'for the audit log, misspelt',
      { settings: { audit: { retention: 1 } } },
      /^There is no option settings\.audit\.retention; /,
    ],
    [
      'for webhooks, misspelt',
      { settings: { webhook: { concurrency: 1 } } },
      /^There is no option settings\.webhook\.concurrency; /,
    ],
    [
      'for messages, misspelt',
      { messages: { topic: [] } },
      /^There is no option messages\.topic; there are: topics, /,
    ],
    [
      'for branding, misspelt',
      { messages: { branding: { product: 'Acme' } } },
      /^There is no option messages\.branding\.product; .*productName/,
    ],
    [
      'for policies, misspelt',
      { accountPolicies: { signupPolicy: () => undefined } },
      /^There is no option accountPolicies\.signupPolicy; .*signUpPolicy/,
    ],
    ['that is a text', { settings: { hasRateLimits: 'false' } }, /^settings\.hasRateLimits must/],
    [
      'that is no time',
      { settings: { authentication: { accessTokenTimeToLiveMilliseconds: '15m' } } },
      /^settings\.authentication\.accessTokenTimeToLiveMilliseconds must be a number/,
    ],
    [
      'with the path of a page',
      { settings: { http: { allowedOrigins: ['https://app.example.com/'] } } },
      /^settings\.http\.allowedOrigins must be a list of origins/,
    ],
    [
      'that is no network',
      { settings: { http: { trustedProxies: ['proxy'] } } },
      /^settings\.http\.trustedProxies must be a list of addresses/,
    ],
    ['that returns nothing', { domains: () => undefined }, /^domains must return a list/],
    ['that returns a promise', { domains: async () => [] }, /^domains must return a list/],
  ])('%s is refused', async (_, options, message) => {
    const creating = create(options);

    await expect(creating).rejects.toThrow(RangeError);
    await expect(creating).rejects.toThrow(message);
  });
});

it('a backend closes even if its routes cannot be served', async () => {
  const backend = await create({
    domains: () => [
      {
        manifest: defineModule({ name: 'diary', collections: {} }),
        initialize: () => Promise.resolve([]),
        mount: () => Promise.reject(new Error('no routes')),
      },
    ],
  });
  const server = createServer((request, response) =>
    backend.handler(request, response, (error) => response.end(String(error))),
  ).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await (await fetch(`${address}/api/accounts`)).text()).toBe('Error: no routes');
  await backend.database.driver.dropDatabase();

  await backend.close();

  await expect(backend.database.ping()).rejects.toThrow();
  server.close();
});
