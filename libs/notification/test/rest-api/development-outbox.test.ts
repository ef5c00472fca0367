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
  await app.register(developmentOutbox, { outbox });
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

  it('lets no message break out', async () => {
    const attack = `"'><script>alert(1)</script>`;
    await outbox.providers.email.send(
      { to: attack, subject: attack, text: `https://x.org/${attack}`, html: attack },
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
