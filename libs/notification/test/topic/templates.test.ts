import { topics } from '@org/notification';
import { describe, expect, it } from 'vitest';

import { html, linkTarget } from '../../src/internal/topic/html.ts';
import { MessageRenderer } from '../../src/internal/topic/rendering.ts';

const messages = new MessageRenderer();

const attack = `<img src=x onerror="alert(1)">'&`;
const escaped = '&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&#39;&amp;';

describe('templates', () => {
  it('exist for each topic, channel and locale, and for nothing else', () => {
    const previews = messages
      .renderPreviews()
      .map(({ topic, channel, locale }) => `${topic} by ${channel} in ${locale}`);
    const wanted = Object.values(topics).flatMap(({ name, channels, locales = ['en'] }) =>
      channels.flatMap((channel) => locales.map((locale) => `${name} by ${channel} in ${locale}`)),
    );

    expect(previews.sort()).toEqual(wanted.sort());
  });

  it.each(messages.renderPreviews())(
    'lay $topic by $channel in $locale out whole',
    ({ channel, ...preview }) => {
      const { subject = '', text, html: markup = '' } = preview;

      expect(`${subject} ${text} ${markup}`).not.toMatch(/undefined|null|NaN|\[object/);
      expect(text).toMatch(/\S/);
      if (channel === 'email') {
        expect(subject).toMatch(/^\S.*\S$/);
        expect(markup).toContain(String(html`${subject}`));
      }
    },
  );

  it('are previewed with a link to unsubscribe, where there may be one', () => {
    const linked = messages
      .renderPreviews()
      .filter(
        ({ text, html: markup = '' }) => /unsubscribe/.test(text) && /unsubscribe/.test(markup),
      )
      .map(({ topic, channel }) => `${topic} by ${channel}`);

    expect(linked).toEqual(['announcement by email']);
  });

  it('let no HTML of the data through', () => {
    const announced = messages.renderEmail('announcement', { title: 'News', text: attack });
    const reset = messages.renderEmail('password-reset', {
      firstName: attack,
      username: attack,
      passwordResetLink: `https://app.example.org/?a="><script>alert(1)</script>`,
    });

    expect(announced.html).toContain(escaped);
    expect(announced.text).toContain(attack);
    expect(announced.html + reset.html).not.toMatch(/<img|<script|href="[^"]*"[^>]*>alert/);
  });

  it('say nothing that whoever signed up chose', () => {
    const { html: markup, text } = messages.renderEmail('password-reset', {
      firstName: 'claim your refund at www.evil.example',
      username: 'ada+www.evil.example/claim@example.org',
      passwordResetLink: 'https://app.example.org/',
    });

    expect(markup + text).not.toContain('evil');
  });

  it('put the reset link where it can be followed', () => {
    const link = 'https://app.example.org/accounts/1/reset_password?token=abc&x=1';
    const { html: markup, text } = messages.renderEmail('password-reset', {
      firstName: 'Ada',
      username: 'ada',
      passwordResetLink: link,
    });

    expect(text.split('\n')).toContain(link);
    expect(markup).toContain(`href="${link.replace('&', '&amp;')}"`);
  });

  it.each([
    ['en', 'session-disowned', 'that session. Choose a new password now:'],
    ['en', 'change-disowned', 'all its sessions and removed its password. Choose a new one now:'],
    ['en', 'account-claimed', 'removed its password. Choose a new one now:'],
    ['de', 'session-disowned', 'diese Sitzung deshalb beendet. Wählen Sie jetzt ein neues Passwort:'],
    ['de', 'change-disowned', 'das Passwort entfernt. Wählen Sie jetzt ein neues:'],
    ['de', 'account-claimed', 'das Passwort entfernt. Wählen Sie jetzt ein neues:'],
  ])('tell in %s whoever is sent a reset link, %s, to use it', (locale, reason, said) => {
    const data = { firstName: 'Ada', username: 'ada', passwordResetLink: 'https://app.example.org/' };
    const { html: markup, text } = messages.renderEmail(
      'password-reset',
      { ...data, reason },
      { locale },
    );

    for (const content of [markup, text]) {
      expect(content).toContain(said);
      expect(content).not.toMatch(/do nothing|nichts zu tun|asked|angefordert/);
    }
  });

  it('greet those without a name', () => {
    expect(messages.renderEmail('password-changed', {}).text).toMatch(/^Hello,\n/);
  });

  it('keep a one-time password in one SMS', () => {
    const text = messages.renderSms('one-time-password', { code: '314159', minutes: 5 });

    expect(text).toContain('314159');
    expect(text.length).toBeLessThanOrEqual(160);
  });

  it.each([
    () => messages.renderEmail('one-time-password', {}),
    () => messages.renderSms('password-reset', {}),
    () => messages.renderPush('toString', {}),
    () => messages.renderSms('account-deleted', { restorableUntil: 'soon' }),
    () => messages.renderEmail('announcement', { title: 'A\nB', text: '' }),
  ])('refuse what they cannot lay out: %s', (render) => {
    expect(render).toThrow();
  });
});

describe(html, () => {
  it('escapes values and keeps what is HTML already', () => {
    const inner = html`<b>${'<i>'}</b>`;

    expect(String(html`<p title="${'"'}">${inner}${[inner, inner]}${1}</p>`)).toBe(
      '<p title="&quot;"><b>&lt;i&gt;</b><b>&lt;i&gt;</b><b>&lt;i&gt;</b>1</p>',
    );
  });
});

describe(linkTarget, () => {
  it.each(['javascript:alert(1)', 'data:text/html,x', 'ftp://example.org', '/relative', ''])(
    'refuses %j',
    (url) => {
      expect(() => linkTarget(url)).toThrow(TypeError);
    },
  );
});
