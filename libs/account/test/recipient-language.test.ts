import { defineAccountFields } from '@org/account';
import { Type } from 'typebox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ada, anonymous, createServices, ownerOf, type TestServices } from './services.ts';

const phoneNumber = { countryCode: '+43', phoneNumber: '6641234567' };
const fields = defineAccountFields({
  locale: { schema: Type.String(), default: 'en' },
  timeZone: { schema: Type.String(), optional: true },
});

let services: TestServices;

beforeEach(async () => {
  services = await createServices({ fields });
});
afterEach(async () => {
  await services.throwaway.remove();
});

async function signUp(declared: object): Promise<string> {
  const form = { ...ada, username: 'ada@example.com', ...declared };
  const { id } = await services.accounts.createAccountByUsernameAndPassword(form, anonymous);
  return id;
}

async function deliveredEmails(): Promise<readonly string[]> {
  await services.notification.deliverDueMessages();
  return services.outbox.emails.map(({ subject, text }) => `${subject}\n${text}`);
}

describe('messages to an account', () => {
  it('are in the language and zone of its declared fields', async () => {
    const accountId = await signUp({ locale: 'de-AT', timeZone: 'Europe/Vienna' });

    await services.accounts.requestPasswordReset({ username: 'ada@example.com' }, anonymous);
    await services.jobs.runDispatched();
    await services.notification.deliverDueMessages();
    await services.accounts.deletion.deleteAccount({ accountId }, ownerOf(accountId));

    const [reset, deleted] = await deliveredEmails();
    expect(reset).toContain('Setzen Sie Ihr Passwort zurück');
    expect(deleted).toContain('Ihr Konto wurde gelöscht');
    expect(deleted).toMatch(/MEZ|MESZ/);
  });

  it('with a one-time password are in its language, once there is one', async () => {
    const first = await services.accounts.getOrCreateAccountByPhoneNumber(
      { phoneNumber },
      anonymous,
    );
    await services.accounts.updateAccountProfile(
      { accountId: first.id, ...{ locale: 'de' } },
      anonymous,
    );
    services.clock.advance(3_600_000);
    await services.accounts.getOrCreateAccountByPhoneNumber({ phoneNumber }, anonymous);

    await services.notification.deliverDueMessages();

    expect(services.outbox.smsMessages.map(({ text }) => text.slice(0, 8))).toEqual(['Ihr Code']);
  });

  it.each(['klingonisch', '', '../../de', 'de_AT_x'.repeat(20)])(
    'are in the default language if its locale is %j',
    async (locale) => {
      const accountId = await signUp({ locale, timeZone: 'Mars/Olympus' });

      await services.accounts.deletion.deleteAccount({ accountId }, ownerOf(accountId));

      const [deleted] = await deliveredEmails();
      expect(deleted).toContain('Your account was deleted');
      expect(deleted).toContain('UTC');
    },
  );
});

describe('messages of a program whose fields hold no text', () => {
  it('are in the default language', async () => {
    await services.throwaway.remove();
    services = await createServices({
      fields: defineAccountFields({ locale: { schema: Type.Integer(), default: 1 } }),
    });
    const accountId = await signUp({});

    await services.accounts.deletion.deleteAccount({ accountId }, ownerOf(accountId));

    expect(await deliveredEmails()).toEqual([expect.stringContaining('Your account was deleted')]);
  });
});
