import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { findPayload } from '../../src/internal/delivery/delivery-util.ts';
import { accountId, context, createServices, phoneNumber, type TestServices } from '../services.ts';

const restorableUntil = '2026-02-01T09:30:00.000Z';
const notice = {
  accountId,
  emailAddress: 'ada@example.org',
  topic: 'account-deleted',
  data: { restorableUntil },
} as const;

let services: TestServices;

beforeAll(async () => {
  const templates = {
    announcement: { sms: { fr: ({ title }: { title: string }) => unescape(title) } },
  };
  services = await createServices({ messages: { templates } });
});
beforeEach(async () => {
  await services.reset();
});
afterAll(async () => {
  await services.throwaway.remove();
});

/** Cannot lay out every title. */
function unescape(title: string): string {
  return decodeURIComponent(title);
}

async function textOf(locale?: string, timeZone?: string): Promise<string> {
  await services.reset();
  await services.notification.sendEmailForAccount({ ...notice, locale, timeZone }, context);
  await services.notification.deliverDueMessages();
  return services.email.sent[0]!.message.text;
}

describe('a message', () => {
  it('is in the recipient’s language and time zone', async () => {
    expect(await textOf('de-AT', 'Europe/Vienna')).toContain(
      'vor dem 1. Februar 2026 um 10:30 MEZ an unseren Support',
    );
  });

  it.each([
    [undefined, undefined],
    ['nonsense!', 'Nowhere/Land'],
    ['tlh', ''],
    ['x'.repeat(100_000), 'x'.repeat(100_000)],
  ])('is never lost: in English and UTC for others', async (locale, timeZone) => {
    expect(await textOf(locale, timeZone)).toContain('before 1 February 2026 at 09:30 UTC');
  });

  it('keeps locale and zone beside what a worker of another version reads', async () => {
    const { deliveryId } = await services.notification.sendEmailForAccount(
      { ...notice, locale: 'de_at', timeZone: 'Europe/Vienna' },
      context,
    );

    const row = await services.findDelivery(deliveryId);
    const payload = findPayload(
      { encryptedPayload: row!['payload'].buffer as Uint8Array },
      services.secretKey,
    );
    expect(payload).toEqual({
      recipient: 'ada@example.org',
      data: { firstName: '', restorableUntil },
      locale: 'de-AT',
      timeZone: 'Europe/Vienna',
    });
    expect(JSON.stringify(row)).not.toMatch(/de-AT|Vienna/);
  });

  it('is refused if its data cannot be laid out in the recipient’s language', async () => {
    const message = { accountId, phoneNumber, topic: 'announcement' } as const;
    const data = { title: '100 % off', text: '' };

    await services.notification.sendSmsForAccount({ ...message, data, locale: 'de' }, context);
    await expect(
      services.notification.sendSmsForAccount({ ...message, data, locale: 'fr-CA' }, context),
    ).rejects.toMatchObject({ code: 'NOTIFICATION_ERR_02' });
  });

  it('that sums up notices is in the language of the last one', async () => {
    const say = (locale: string) =>
      services.notification.sendSmsForAccount(
        { accountId, phoneNumber, topic: 'password-changed', data: {}, locale },
        context,
      );
    await say('en');
    await services.notification.deliverDueMessages();
    await say('en');
    await say('de');
    services.clock.advance(25 * 60 * 60_000);

    await services.notification.deliverDueMessages();

    expect(services.sms.sent.map(({ message }) => message.text)).toEqual([
      'Your password was changed. If this was not you, please contact our support team.',
      expect.stringMatching(/^Ihr Passwort wurde seit dem .* UTC 2-mal geändert\./),
    ]);
  });
});
