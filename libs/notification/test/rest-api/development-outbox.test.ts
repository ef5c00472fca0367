import { restApiPlugin, restApiServerOptions } from '@org/core/rest-api';
import {
  createThrowawayDatabase,
  FakeClock,
  RecordingAuditTrail,
  type ThrowawayDatabase,
} from '@org/core/testing';
import { DevelopmentOutboxService } from '@org/notification';
import { developmentOutbox } from '@org/notification/rest-api';
import { fastify, type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';

const clock = new FakeClock();
const options = {
  deliveryId: '64b000000000000000000001',
  timeToLiveSeconds: 300,
  signal: new AbortController().signal,
};

let throwaway: ThrowawayDatabase;
let outbox: DevelopmentOutboxService;
let app: FastifyInstance;

beforeAll(async () => {
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri'), clock });
  const { database } = throwaway;
  outbox = DevelopmentOutboxService.create({ database, audit: new RecordingAuditTrail() });
  await outbox.initialize();
  app = fastify(restApiServerOptions);
  await app.register(restApiPlugin);
  await app.register(developmentOutbox, { outbox, hosts: ['laptop.example'] });
});
beforeEach(async () => {
  await throwaway.database.collection('development_outbox').deleteMany({});
});
afterAll(async () => {
  await app.close();
  await throwaway.remove();
});

describe('GET /dev/outbox', () => {
  it('shows what was sent, newest first, on a page that runs no script', async () => {
    await outbox.providers.sms.send({ to: '+919999999999', text: 'Your code is 314159.' }, options);
    await outbox.providers.email.send(
      { to: 'ada@example.org', subject: 'Hello', text: 'See https://x.org/?a=1&b=2', html: '<i>' },
      options,
    );

    const { statusCode, headers, body } = await app.inject('/dev/outbox');

    expect(statusCode).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; (?!.*script-src)/);
    expect(body.indexOf('ada@example.org')).toBeLessThan(body.indexOf('314159'));
    expect(body).toContain('<a href="https://x.org/?a=1&amp;b=2" target="_blank"');
    expect(body).toContain('sandbox="allow-popups allow-popups-to-escape-sandbox"');
    expect(body).toContain('srcdoc="&lt;base target=&quot;_blank&quot;&gt;&lt;i&gt;"');
  });

  it('shows headers of a mail, and who it is from', async () => {
    await outbox.providers.email.send(
      {
        ...{ to: 'ada@example.org', subject: 'Hello', text: 'Plain.', html: '' },
        sender: { name: 'Acme', replyTo: 'help@example.org' },
        headers: { 'List-Unsubscribe': '<https://x.org/u?token=1>' },
      },
      options,
    );

    const { body } = await app.inject('/dev/outbox');
    const [message] = (await app.inject('/dev/outbox/messages')).json().items;

    expect(body).toContain('From: Acme\nReply-To: help@example.org\nList-Unsubscribe: &lt;');
    expect(body).toContain('<a href="https://x.org/u?token=1" target="_blank"');
    expect(message.headers).toEqual({
      From: 'Acme',
      'Reply-To': 'help@example.org',
      'List-Unsubscribe': '<https://x.org/u?token=1>',
    });
  });

  it('lets no message break out', async () => {
    const attack = `"'><script>alert(1)</script>`;
    await outbox.providers.email.send(
      {
        ...{ to: attack, subject: attack, text: `https://x.org/${attack}`, html: attack },
        headers: { [attack]: attack },
      },
      options,
    );
    await outbox.providers.push.send(
      { endpoint: attack, keys: { p256dh: '', auth: '' }, title: attack, body: attack },
      options,
    );

    const { body } = await app.inject('/dev/outbox');

    expect(body).not.toContain('<script');
  });

  it('says so when nothing was sent', async () => {
    expect((await app.inject('/dev/outbox')).body).toContain('Nothing was sent yet.');
  });
});

describe('GET /dev/outbox/messages', () => {
  it('answers the messages as JSON', async () => {
    await outbox.providers.sms.send({ to: '+919999999999', text: 'Your code is 314159.' }, options);

    const response = await app.inject('/dev/outbox/messages');

    expect(response.json()).toEqual({
      items: [
        {
          id: expect.stringMatching(/^[0-9a-f]{24}$/),
          delivery_id: options.deliveryId,
          channel: 'sms',
          recipient: '+919999999999',
          subject: null,
          text: 'Your code is 314159.',
          html: null,
          created_at: clock.now().toISOString(),
        },
      ],
    });
  });
});

describe('GET /dev/outbox/templates', () => {
  it('shows every template with sample data', async () => {
    const { body } = await app.inject('/dev/outbox/templates');

    for (const { topic } of outbox.getTemplatePreviews()) {
      expect(body).toContain(`<h2>${topic}</h2>`);
    }
    expect(body).toContain('Your code is 314159.');
  });
});

describe('who may see the pages', () => {
  const PAGES = ['/dev/outbox', '/dev/outbox/templates', '/dev/outbox/messages'];
  const ask = (url: string, remoteAddress: string, headers: Record<string, string>) =>
    app.inject({ url, remoteAddress, headers });

  it.each([
    ['127.0.0.1', { host: 'localhost:8080' }],
    ['127.8.9.1', { host: '127.0.0.1:8080' }],
    ['::1', { host: '[::1]:8080' }],
    ['::ffff:127.0.0.1', { host: 'app.localhost' }],
    ['127.0.0.1', { host: 'LAPTOP.example:8080' }],
    ['127.0.0.1', { host: 'localhost', 'x-forwarded-for': '127.0.0.1:51234, ::1' }],
    ['127.0.0.1', { host: 'localhost', 'x-real-ip': '::ffff:127.0.0.1' }],
    ['127.0.0.1', { host: 'localhost', forwarded: 'for="[::1]:8080";proto=http;by=203.0.113.7' }],
    ['127.0.0.1', { host: 'localhost', 'sec-fetch-site': 'same-origin' }],
    ['127.0.0.1', { host: 'localhost', 'sec-fetch-site': 'none' }],
    [
      '127.0.0.1',
      {
        host: 'localhost',
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': 'navigate',
        'sec-fetch-dest': 'document',
      },
    ],
  ])('is who sits at this machine: %s with %j', async (peer, headers) => {
    for (const page of PAGES) {
      expect((await ask(page, peer, headers)).statusCode).toBe(200);
    }
  });

  it.each([
    ['a neighbour', '192.168.0.7', { host: 'localhost' }],
    ['one who claims to be here', '192.168.0.7', { host: 'localhost', 'x-forwarded-for': '::1' }],
    [
      'whom a proxy here asks for',
      '127.0.0.1',
      { host: 'localhost', 'x-forwarded-for': '203.0.113.5' },
    ],
    [
      'whom a proxy here asks for',
      '127.0.0.1',
      { host: 'localhost', 'x-forwarded-for': '127.0.0.1, 203.0.113.5:4711' },
    ],
    [
      'whom a proxy here asks for',
      '127.0.0.1',
      { host: 'localhost', 'x-forwarded-for': '203.0.113.5, 127.0.0.1' },
    ],
    [
      'whom a proxy here asks for',
      '127.0.0.1',
      { host: 'localhost', 'x-forwarded-for': 'unknown' },
    ],
    ['whom a proxy here asks for', '127.0.0.1', { host: 'localhost', 'x-real-ip': '2001:db8::1' }],
    [
      'whom a proxy here asks for',
      '127.0.0.1',
      { host: 'localhost', forwarded: 'for=203.0.113.5;proto=https' },
    ],
    [
      'whom a proxy here asks for',
      '127.0.0.1',
      { host: 'localhost', forwarded: 'for=127.0.0.1, FOR="[2001:db8::1]:4711"' },
    ],
    ['whom a proxy here asks for', '127.0.0.1', { host: 'localhost', forwarded: 'for=_hidden' }],
    ['a rebinding page', '127.0.0.1', { host: 'evil.example:8080' }],
    ['a name that begins as ours', '127.0.0.1', { host: 'localhost.evil.example' }],
    ['a name that begins as an address', '127.0.0.1', { host: '127.0.0.1.evil.example' }],
    ['a name that ends as ours', '127.0.0.1', { host: 'evillocalhost' }],
    ['credentials like our name', '127.0.0.1', { host: 'localhost@evil.example' }],
    ['no name at all', '127.0.0.1', { host: 'a b' }],
    ['a page elsewhere', '127.0.0.1', { host: 'localhost', 'sec-fetch-site': 'cross-site' }],
    ['a page of another port', '127.0.0.1', { host: 'localhost', 'sec-fetch-site': 'same-site' }],
    [
      'a page that frames it',
      '127.0.0.1',
      {
        host: 'localhost',
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': 'navigate',
        'sec-fetch-dest': 'iframe',
      },
    ],
  ])('is not %s', async (_who, peer, headers) => {
    for (const page of PAGES) {
      const { statusCode, body } = await ask(page, peer, headers);

      expect(statusCode).toBe(403);
      expect(JSON.parse(body)).toMatchObject({ code: 'REQUEST_ERR_403' });
    }
  });

  it('is no page of another origin, although it may call the API', async () => {
    const open = fastify(restApiServerOptions);
    await open.register(restApiPlugin, { allowedOrigins: ['http://localhost:3000'] });
    await open.register(developmentOutbox, { outbox });

    const { headers } = await open.inject({
      url: '/dev/outbox/messages',
      headers: { origin: 'http://localhost:3000' },
    });

    expect(headers).not.toHaveProperty('access-control-allow-origin');
    await open.close();
  });
});
