import { defineAccountFields } from '@org/account';
import { Type } from 'typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ownerOf } from '../services.ts';
import { createApp, type Owner, type TestApp } from './app.ts';

let app: TestApp;
let names = 0;

beforeAll(async () => {
  const locale = { schema: Type.String(), default: 'en' };
  app = await createApp({ fields: defineAccountFields({ locale }) });
});
afterAll(async () => {
  await app.close();
});

interface Link {
  readonly owner: Owner;
  /** As mailed to the owner. */
  readonly token: string;
}

async function obtainLink(): Promise<Link> {
  names += 1;
  const emailAddress = `ada${names}@example.com`;
  const owner = await app.createOwner(emailAddress);
  await announceTo(owner, emailAddress);
  const { headers = {} } = app.outbox.emails.find(({ to }) => to === emailAddress)!;
  const token = /token=([\w.-]+)>$/.exec(headers['List-Unsubscribe']!)![1]!;
  return { owner, token };
}

async function announceTo({ id: accountId }: Owner, emailAddress: string): Promise<void> {
  await app.notification.sendEmailForAccount(
    { accountId, emailAddress, topic: 'announcement', data: { title: 'News', text: 'Read.' } },
    ownerOf(accountId),
  );
  await app.notification.deliverDueMessages();
}

async function topicsOf({ id, token }: Owner): Promise<unknown> {
  const { body } = await app.send('GET', `/accounts/${id}/notification-preferences`, { token });
  return body['topics'];
}

function open(token: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${app.address}/api/unsubscribe?token=${encodeURIComponent(token)}`, init);
}

function multipart(): FormData {
  const form = new FormData();
  form.set('List-Unsubscribe', 'One-Click');
  return form;
}

describe('POST /unsubscribe', () => {
  it.each([
    ['a form', () => new URLSearchParams({ 'List-Unsubscribe': 'One-Click' })],
    ['a multipart form', multipart],
    ['nothing', () => null],
  ])('ends the mails of a topic, with %s as body and without a login', async (_what, body) => {
    const { owner, token } = await obtainLink();

    const response = await open(token, { method: 'POST', body: body() });

    expect(response.status).toBe(200);
    expect(await response.text()).toContain('You have been unsubscribed');
    expect(await topicsOf(owner)).toEqual({ announcement: { email: false } });
    const sent = app.outbox.emails.length;
    await announceTo(owner, 'ada@example.com');
    expect(app.outbox.emails).toHaveLength(sent);
  });

  it('may be sent again, and is recorded once, as the account’s own', async () => {
    const { owner, token } = await obtainLink();

    const answers = [await open(token, { method: 'POST' }), await open(token, { method: 'POST' })];

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const records = app.collection('audit_log').find({ actor_id: owner.id, action: 'update' });
    expect(await records.toArray()).toMatchObject([
      { resource_type: 'account_notification_preferences', changes: { topics: {} } },
    ]);
  });

  it.each(['text/xml', 'application/x-www-form-urlencode', 'form'])(
    'takes no other media type, and says which it takes: %s',
    async (type) => {
      const { owner, token } = await obtainLink();
      const headers = { 'content-type': type };

      const response = await open(token, { method: 'POST', headers, body: '<a/>' });

      expect(response.status).toBe(415);
      expect(await response.json()).toEqual({
        code: 'REQUEST_ERR_415',
        message:
          'The request body must be application/x-www-form-urlencoded or multipart/form-data.',
      });
      expect(await topicsOf(owner)).toBeUndefined();
    },
  );

  it('takes no form of any length', async () => {
    const { owner, token } = await obtainLink();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };

    const long = await open(token, { method: 'POST', headers, body: 'x'.repeat(100_000) });

    expect(long.status).toBe(413);
    expect(await long.json()).toMatchObject({ code: 'REQUEST_ERR_413' });
    expect(await topicsOf(owner)).toBeUndefined();
  });
});

describe('GET /unsubscribe', () => {
  it('asks in the account’s language, with a form, and changes nothing', async () => {
    const { owner, token } = await obtainLink();
    const asked = await (await open(token)).text();
    await app.send('PATCH', `/accounts/${owner.id}`, {
      token: owner.token,
      body: { locale: 'de-AT' },
    });

    const response = await open(token);

    expect(response.status).toBe(200);
    const page = await response.text();
    expect(page).toContain('<html lang="de-AT"');
    expect(page).toContain('Abmelden?');
    expect(page).toContain('<form method="post">');
    expect(asked).toContain('Unsubscribe?');
    expect(await topicsOf(owner)).toBeUndefined();
  });

  it('has a page that nothing foreign gets into, and that nobody keeps', async () => {
    const { token } = await obtainLink();

    const { headers } = await open(token);

    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    });
  });
});

describe('a link that is not ours, and one of an account that is gone', () => {
  it.each(['GET', 'POST'])('are answered alike to %s', async (method) => {
    const { owner, token } = await obtainLink();
    await app.accounts.deletion.deleteAccount({ accountId: owner.id }, ownerOf(owner.id));
    const preferences = app.collection('account_notification_preferences');
    await preferences.deleteMany({ account_id: owner.id });

    const tokens = [token, '', 'x', `${token}x`, '<script>', 'x'.repeat(10_000)];
    const headers = { accept: 'text/html,*/*;q=0.8' };
    const answers = await Promise.all(tokens.map((each) => open(each, { method, headers })));

    expect(answers.map(({ status }) => status)).toEqual(tokens.map(() => 400));
    const pages = new Set(await Promise.all(answers.map((answer) => answer.text())));
    expect(pages.size).toBe(1);
    expect([...pages][0]).toContain('This link does not work');
    expect(await preferences.countDocuments({ account_id: owner.id })).toBe(0);
  });

  it('are told to a mail program as every error is', async () => {
    const answer = await open('x', { method: 'POST', headers: { accept: '*/*' } });

    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ code: 'ACCOUNT_ERR_04', message: expect.any(String) });
  });

  it('is what an address without a token is', async () => {
    const response = await fetch(`${app.address}/api/unsubscribe`);

    expect(response.status).toBe(400);
    expect(await response.text()).toContain('This link does not work');
  });
});
