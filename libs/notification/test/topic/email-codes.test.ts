import { describe, expect, it } from 'vitest';

import { MessageRenderer } from '../../src/internal/topic/rendering.ts';

const messages = new MessageRenderer();
const origin = { browser: 'Firefox', system: 'Windows', address: '203.0.113.7' };
const contact = { code: '314159', seconds: 300, ...origin };
const link = 'https://app.example.org/sign-in#email=ada%40example.org&code=314159';
const login = { ...contact, link };

describe('a code by mail', () => {
  it.each(['email-code', 'email-known'])('of %s is there, and in a link', (topic) => {
    const { text, html } = messages.renderEmail(topic, login);

    expect(text.split('\n')).toEqual(expect.arrayContaining(['314159', link]));
    expect(html).toContain('>314159<');
    expect(html).toContain(`href="${link.replace('&', '&amp;')}"`);
    expect(text).toContain('It expires in 5 minutes.');
  });

  it('for a contact is there without a link', () => {
    const { text, html } = messages.renderEmail('contact-code', contact);

    expect(text.split('\n')).toContain('314159');
    expect(text + html).not.toMatch(/https?:|href/);
  });

  it('of an address that has an account says so', () => {
    expect(messages.renderEmail('email-known', login).text).toContain('already has an account');
    expect(messages.renderEmail('email-code', login).text).not.toContain('already');
  });

  it.each([
    [origin, 'from Firefox on Windows, IP address 203.0.113.7.'],
    [{ ...origin, system: '' }, 'from Firefox, IP address 203.0.113.7.'],
    [{ ...origin, address: '' }, 'from Firefox on Windows.'],
    [{ ...origin, browser: '' }, 'from an unknown browser on Windows, IP address 203.0.113.7.'],
    [{ browser: '', system: '', address: '2001:db8::1' }, 'an unknown browser, IP address 2001:'],
  ])('says that %j asked', (from, text) => {
    expect(messages.renderEmail('email-code', { ...login, ...from }).text).toContain(text);
  });

  it('says nothing of where the request came from if nothing is known', () => {
    const unknown = { browser: '', system: '', address: '' };

    const { text } = messages.renderEmail('email-code', { ...login, ...unknown });

    expect(text).not.toMatch(/request|unknown/);
  });

  it('makes no link and no markup of what asked', () => {
    const from = { browser: '<a href="https://evil.example">', system: 'x', address: '::1' };

    const { html } = messages.renderEmail('contact-code', { ...contact, ...from });

    expect(html).not.toMatch(/<a\b/);
  });

  it('names neither the address nor a person', () => {
    const { text, subject } = messages.renderEmail('contact-code', contact);

    expect(text + subject).not.toContain('@');
    expect(text).toMatch(/^Hello,\n/);
  });

  it('is in German for those who read that', () => {
    const { subject, text } = messages.renderEmail('email-code', login, { locale: 'de-AT' });

    expect(subject).toBe('Ihr Code');
    expect(text).toContain('Die Anfrage kam von Firefox auf Windows, IP-Adresse 203.0.113.7.');
  });
});
