import { html, plainEmail, type Branding, type MessageDefinitions } from '@org/notification';
import { describe, expect, it } from 'vitest';

import { outboxPagePolicy } from '../../src/internal/development-outbox/outbox-page.ts';
import { MessageRenderer } from '../../src/internal/topic/rendering.ts';
import { invoicePaid } from '../invoice-paid.ts';

const branding: Branding = {
  productName: 'Acme & Co',
  logoUrl: 'https://cdn.example.org/logo.png',
  colors: { button: '#abcdef', background: '#123' },
  footer: { en: 'Acme Inc.\n1 <Main> Street', de: 'Acme GmbH' },
};
const restorableUntil = '2026-02-01T09:30:00.000Z';
const resetData = {
  firstName: 'Ada',
  username: 'ada',
  passwordResetLink: 'https://app.example.org/reset',
};

describe('branding', () => {
  const messages = new MessageRenderer({ branding, topics: [invoicePaid] });

  it('names the product in subjects, SMS and push messages, in every language', () => {
    const say = (locale: string) => [
      messages.renderEmail('password-reset', resetData, { locale }).subject,
      messages.renderEmail('account-deleted', { restorableUntil }, { locale }).subject,
      messages.renderSms('one-time-password', { code: '314159', minutes: 5 }, { locale }),
      messages.renderSms('password-changed', {}, { locale }),
      messages.renderPush('refresh-token-reused', {}, { locale }).title,
    ];

    expect(say('en')).toEqual([
      'Reset your Acme & Co password',
      'Your Acme & Co account was deleted',
      'Your Acme & Co code is 314159. It expires in 5 minutes. Do not share it with anyone.',
      'Your Acme & Co password was changed. If this was not you, please contact our support team.',
      'We ended one of your Acme & Co sessions',
    ]);
    expect(say('de')).toEqual([
      'Setzen Sie Ihr Acme & Co-Passwort zurück',
      'Ihr Acme & Co-Konto wurde gelöscht',
      'Ihr Acme & Co-Code lautet 314159. Er ist 5 Minuten gültig. Geben Sie ihn nicht weiter.',
      'Ihr Acme & Co-Passwort wurde geändert. Falls Sie das nicht waren, wenden Sie sich bitte an unseren Support.',
      'Wir haben eine Ihrer Acme & Co-Sitzungen beendet',
    ]);
  });

  it.each(['en', 'de'])('leaves a one-time password in one SMS in %s', (locale) => {
    const longest = new MessageRenderer({ branding: { productName: 'A'.repeat(40) } });
    const data = { code: '314159', minutes: 0, seconds: 5_401 };

    expect(longest.renderSms('one-time-password', data, { locale }).length).toBeLessThan(160);
  });

  it('puts logo, colours and footer around each mail, own topics’ included', () => {
    for (const mail of [
      messages.renderEmail('password-reset', resetData),
      messages.renderEmail('billing.invoice-paid', invoicePaid.sample),
    ]) {
      expect(mail.html).toContain(
        '<img src="https://cdn.example.org/logo.png" alt="Acme &amp; Co"',
      );
      expect(mail.html).toContain('background:#123;');
      expect(mail.html).toContain('background:#abcdef;');
      expect(mail.html).toContain('Acme Inc.<br />1 &lt;Main&gt; Street<br />');
      expect(mail.text).toMatch(/\n-- \nAcme Inc\.\n1 <Main> Street\n$/);
    }
  });

  it.each([
    ['de-AT', 'Acme GmbH'],
    ['fr', 'Acme Inc.'],
  ])('has the footer of the language for %s', (locale, footer) => {
    expect(messages.renderEmail('password-changed', {}, { locale }).text).toContain(footer);
  });

  it('leaves nothing behind where there is none', () => {
    const mail = new MessageRenderer().renderEmail('password-changed', {});

    expect(mail.html).not.toMatch(/<img|<br/);
    expect(mail.text).not.toContain('-- ');
    expect(mail.html).toContain('<html lang="en" dir="ltr">');
  });

  it('lets the development outbox show the logo, and nothing else from elsewhere', () => {
    expect(outboxPagePolicy({})).toContain('img-src data:;');
    expect(outboxPagePolicy(branding)).toContain('img-src data: https://cdn.example.org;');
  });

  it.each<[Branding, string]>([
    [{ productName: '' }, 'branding.productName'],
    [{ productName: ' Acme' }, 'branding.productName'],
    [{ productName: 'Acme\nBcc: eve@example.org' }, 'branding.productName'],
    [{ productName: 'A'.repeat(41) }, 'branding.productName'],
    [{ logoUrl: 'javascript:alert(1)' }, 'branding.logoUrl'],
    [{ logoUrl: '/logo.png' }, 'branding.logoUrl'],
    [{ colors: { text: 'red;background:url(x)' } }, 'branding.colors.text'],
    [{ colors: { shadow: '#000' } as never }, 'branding.colors.shadow'],
    [{ footer: { english: 'Acme' } }, 'branding.footer'],
    [{ sender: { name: '' } }, 'branding.sender.name'],
    [{ sender: { name: 'Acme\r\nBcc: eve@example.org' } }, 'branding.sender.name'],
    [{ sender: { name: 'Acme" <eve@example.org>' } }, 'branding.sender.name'],
    [{ sender: { name: 'A'.repeat(71) } }, 'branding.sender.name'],
    [{ sender: { name: 'Acme\\' } }, 'branding.sender.name'],
    [{ sender: { name: ' Acme' } }, 'branding.sender.name'],
    [{ sender: { replyTo: 'Help <help@example.org>' } }, 'branding.sender.replyTo'],
    [{ sender: { replyTo: 'help@example.org, eve@example.org' } }, 'branding.sender.replyTo'],
    [
      { sender: { replyTo: 'help@example.org\r\nBcc: eve@example.org' } },
      'branding.sender.replyTo',
    ],
    [{ sender: { address: 'a@example.org' } as never }, 'branding.sender.address'],
  ])('is refused at the start: %j', (invalid, part) => {
    const create = () => new MessageRenderer({ branding: invalid });

    expect(create).toThrow(RangeError);
    expect(create).toThrow(part);
  });
});

describe('the direction of a mail', () => {
  const arabic = { 'password-changed': { email: { ar: () => plainEmail('مرحبا', ['مرحبا']) } } };
  const direction = (definitions: MessageDefinitions, locale: string) =>
    /<html lang="([^"]*)" dir="([^"]*)">/
      .exec(new MessageRenderer(definitions).renderEmail('password-changed', {}, { locale }).html)
      ?.slice(1);

  it('is that of the language it is written in', () => {
    expect(direction({ templates: arabic }, 'ar-EG')).toEqual(['ar-EG', 'rtl']);
    expect(direction({ templates: arabic }, 'he')).toEqual(['en', 'ltr']);
    expect(direction({ branding: { textDirection: 'rtl' } }, 'en')).toEqual(['en', 'rtl']);
  });
});

describe('a replaced template', () => {
  const messages = new MessageRenderer({
    branding,
    templates: {
      'password-changed': {
        sms: {
          de: () => 'Passwort neu',
          'de-AT': () => 'Passwort neu, servus',
          fr: () => 'Nouveau',
        },
        email: (_data, { locale }) => ({
          subject: `Changed in ${locale}`,
          text: 'Changed.\n',
          body: html`<b>Changed</b>`,
        }),
      },
    },
  });

  it.each([
    ['de', 'Passwort neu'],
    ['de-CH', 'Passwort neu'],
    ['de-AT', 'Passwort neu, servus'],
    ['fr-CA', 'Nouveau'],
    [
      'en',
      'Your Acme & Co password was changed. If this was not you, please contact our support team.',
    ],
    [
      'it',
      'Your Acme & Co password was changed. If this was not you, please contact our support team.',
    ],
  ])('takes the place of the built-in one in its locales only: %s', (locale, text) => {
    expect(messages.renderSms('password-changed', {}, { locale })).toBe(text);
  });

  it('takes its place in all locales if it is for all', () => {
    const { subject, html: markup } = messages.renderEmail(
      'password-changed',
      {},
      { locale: 'de' },
    );

    expect(subject).toBe('Changed in de');
    expect(markup).toContain('<b>Changed</b>');
    expect(markup).toContain('Acme GmbH');
  });

  it('is previewed in each locale', () => {
    const locales = messages
      .renderPreviews()
      .filter(({ topic, channel }) => topic === 'password-changed' && channel === 'sms')
      .map(({ locale }) => locale);

    expect(locales).toEqual(['en', 'de', 'de-AT', 'fr']);
  });

  it.each<[string, object, RegExp]>([
    [
      'no built-in topic',
      { 'billing.x': { sms: () => '' } },
      /no built-in sms message of the topic billing\.x/,
    ],
    [
      'a topic that has no such channel',
      { 'password-reset': { sms: () => '' } },
      /no built-in sms/,
    ],
    ['a locale that is none', { announcement: { sms: { german: () => '' } } }, /not german\.$/],
    [
      'what cannot lay out the sample',
      { 'password-reset': { email: { de: ({ user }: { user: string }) => user.trim() } } },
      /^The topic password-reset cannot lay out its sample by email in de: Cannot read/,
    ],
  ])('is refused at the start for %s', (_, templates, reason) => {
    const create = () => new MessageRenderer({ templates });

    expect(create).toThrow(RangeError);
    expect(create).toThrow(reason);
  });
});
