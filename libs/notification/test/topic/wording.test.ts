import { describe, expect, it } from 'vitest';

import { MessageRenderer } from '../../src/internal/topic/rendering.ts';
import { readableDuration } from '../../src/internal/topic/wording.ts';

const messages = new MessageRenderer();
const english = { locale: 'en', timeZone: 'UTC', branding: messages.branding };

describe(readableDuration, () => {
  it.each([
    [1, '1 second'],
    [20, '20 seconds'],
    [59.9, '59 seconds'],
    [60, '1 minute'],
    [90, '90 seconds'],
    [119, '119 seconds'],
    [150, '150 seconds'],
    [300, '5 minutes'],
    [3_600, '1 hour'],
    [5_400, '90 minutes'],
    [9_000, '150 minutes'],
    [7_200, '2 hours'],
    [86_400, '24 hours'],
  ])('says %d seconds as %s', (seconds, text) => {
    expect(readableDuration(seconds, english)).toBe(text);
  });
});

describe('a one-time password', () => {
  it('says in seconds how long it is good for when that is less than a minute', () => {
    const text = messages.renderSms('one-time-password', {
      code: '314159',
      seconds: 20,
      minutes: 1,
    });

    expect(text).toContain('It expires in 20 seconds.');
  });

  it('that a version before this one queued says its minutes', () => {
    expect(messages.renderSms('one-time-password', { code: '314159', minutes: 5 })).toContain(
      '5 minutes',
    );
  });
});

describe('what a notice advises', () => {
  const data = { restorableUntil: '2026-02-01T09:30:00.000Z' };

  it('can be done by who deleted an account: no password is reset there', () => {
    for (const text of [
      messages.renderEmail('account-deleted', data).text,
      messages.renderSms('account-deleted', data),
    ]) {
      expect(text).not.toContain('reset');
      expect(text).toMatch(/support[^]*1 February 2026 at 09:30 UTC/);
    }
  });

  it.each(['password-changed', 'refresh-token-reused'])(
    'of %s is to reset the password only where mail arrives',
    (topic) => {
      expect(messages.renderEmail(topic, {}).text).toContain('reset your password');
      for (const text of [messages.renderSms(topic, {}), messages.renderPush(topic, {}).body]) {
        expect(text).toContain('contact our support');
        expect(text).not.toContain('reset');
      }
    },
  );
});
