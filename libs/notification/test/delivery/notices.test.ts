import { OperationContext } from '@org/core';
import {
  NotificationService,
  ProviderError,
  topics,
  type NotificationTopic,
} from '@org/notification';
import type { Binary } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { accountId, context, createServices, phoneNumber, type TestServices } from '../services.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const restorableUntil = '2026-02-01T09:30:00.000Z';

let services: TestServices;
let notification: TestServices['notification'];

beforeAll(async () => {
  services = await createServices();
  notification = services.notification;
});
beforeEach(async () => {
  await services.reset();
});
afterAll(async () => {
  await services.throwaway.remove();
});

function tell(
  topic: 'password-changed' | 'refresh-token-reused' = 'password-changed',
  emailAddress = 'ada@example.org',
  of = accountId,
) {
  return notification.sendEmailForAccount(
    { accountId: of, emailAddress, topic, data: {} },
    context,
  );
}

async function deliver(): Promise<readonly string[]> {
  services.email.sent.length = 0;
  await notification.deliverDueMessages();
  return services.email.sent.map(({ message }) => message.text);
}

describe('a notice', () => {
  it('is sent at once, those that follow within a day are summed up in one', async () => {
    for (let times = 0; times < 25; times += 1) {
      await tell();
      services.clock.advance(1_000);
    }

    expect(await deliver()).toEqual([expect.stringContaining('account was changed.\n')]);
    services.clock.advance(DAY - 26_000);
    expect(await deliver()).toEqual([]);
    services.clock.advance(1_000);
    expect(await deliver()).toEqual([
      expect.stringContaining(' was changed 24 times since 1 January 2026 at 00:00 UTC.'),
    ]);
  });

  it('can be rendered by a worker of the version before, which greets by first name', async () => {
    await tell();

    const stored = await services.deliveries.findOne({});
    const { buffer } = stored?.['payload'] as Binary;
    const payload = services.secretKey.decrypt('notification payload', buffer).toString();
    expect(JSON.parse(payload)).toMatchObject({ data: { firstName: '' } });
  });

  it('is followed by none when there was nothing to count, and begins anew after a day', async () => {
    await tell();
    expect(await deliver()).toHaveLength(1);
    services.clock.advance(DAY);
    expect(await deliver()).toHaveLength(0);

    await tell();

    expect(await deliver()).toHaveLength(1);
  });

  it('is sent once, and once summed up, whatever happens in parallel', async () => {
    await Promise.all(Array.from({ length: 20 }, () => tell()));

    expect(await deliver()).toHaveLength(1);
    services.clock.advance(DAY);
    expect(await deliver()).toEqual([expect.stringContaining('was changed 19 times since')]);
  });

  it('is counted by recipient, however its address is written and whichever account has it', async () => {
    await tell('password-changed', 'Ada@Example.org');
    await tell('password-changed', 'ada@example.org', '64b000000000000000000002');
    await tell('password-changed', 'ＡＤＡ@example.org', '64b000000000000000000003');

    expect(await deliver()).toHaveLength(1);
    services.clock.advance(DAY);
    expect(await deliver()).toEqual([expect.stringContaining('2 times since')]);
  });

  it('is counted by kind', async () => {
    await tell('password-changed');
    await tell('refresh-token-reused');

    expect(await deliver()).toHaveLength(2);
  });

  it('counts nothing when its transaction fails', async () => {
    await services.throwaway.database
      .withTransaction(context, async (transaction) => {
        const message = { accountId, emailAddress: 'ada@example.org', data: {} };
        await notification.sendEmailForAccount(
          { ...message, topic: 'password-changed' },
          transaction,
        );
        throw new Error('changed my mind');
      })
      .catch(() => undefined);

    await tell();

    expect(await deliver()).toHaveLength(1);
  });

  it('waits for the budget of its source or mailbox, and is then summed up', async () => {
    const { throwaway, audit, secretKey, clock } = services;
    const asked: string[] = [];
    const limited = NotificationService.create({
      ...{ database: throwaway.database, audit, secretKey, clock },
      noticeBudget: {
        countNotice: async ({ recipient }) => (asked.push(recipient) > 1 ? HOUR : 0),
      },
    });
    for (const name of ['ada', 'eve', 'eve']) {
      await limited.sendEmailForAccount(
        { accountId, emailAddress: `${name}@example.org`, topic: 'password-changed', data: {} },
        context,
      );
    }

    expect(asked).toEqual(['ada@example.org', 'eve@example.org']);
    expect(await deliver()).toHaveLength(1);
    services.clock.advance(HOUR);
    expect(await deliver()).toEqual([expect.stringContaining('2 times since')]);
  });

  it('that was held asks for budget when it is due, until there is some, and once', async () => {
    const { throwaway, audit, secretKey, clock, email } = services;
    const waits = [HOUR, undefined, HOUR, 0, HOUR];
    const causes: unknown[] = [];
    const limited = NotificationService.create({
      ...{ database: throwaway.database, audit, secretKey, clock, providers: { email } },
      noticeBudget: {
        countNotice: async ({ recipient }, { sourceAddress }) => {
          causes.push([recipient, sourceAddress]);
          const wait = waits.shift();
          if (wait === undefined) {
            throw new Error('no database');
          }
          return wait;
        },
      },
    });
    const deliverDue = async () => {
      await limited.deliverDueMessages();
      return email.sent.splice(0).map(({ message }) => message.text);
    };
    const message = { accountId, emailAddress: 'ada@example.org', data: {} };
    const cause = OperationContext.anonymous('request-1', '192.0.2.1');
    await limited.sendEmailForAccount({ ...message, topic: 'password-changed' }, cause);

    // The budget fails when it is due; then there is none.
    clock.advance(HOUR);
    expect(await deliverDue()).toEqual([]);
    clock.advance(MINUTE);
    expect(await deliverDue()).toEqual([]);
    await limited.sendEmailForAccount({ ...message, topic: 'password-changed' }, cause);
    email.failure = new ProviderError('busy', { retryable: true });
    clock.advance(HOUR);
    expect(await deliverDue()).toEqual([]);
    email.failure = undefined;
    clock.advance(MINUTE);

    expect(await deliverDue()).toEqual([expect.stringContaining('2 times since')]);
    expect(causes).toEqual(Array.from({ length: 4 }, () => ['ada@example.org', '192.0.2.1']));
  });

  it('that was held is not overtaken by those that follow, and begins a day of its own', async () => {
    await tell();
    await tell();
    await deliver();
    services.clock.advance(DAY);
    await tell();
    expect(await deliver()).toEqual([expect.stringContaining('2 times since')]);

    await tell();

    expect(await deliver()).toEqual([]);
    services.clock.advance(DAY);
    expect(await deliver()).toHaveLength(1);
  });

  it('is not lost in one that was held for longer than it lives, since no worker ran', async () => {
    await tell();
    await deliver();
    await tell();
    services.clock.advance(30 * DAY);

    await tell();

    expect(await deliver()).toEqual([expect.stringContaining('was changed 2 times')]);
  });

  it('that was held is not added to while a worker has it', async () => {
    await tell();
    await tell();
    const leased_until = new Date(services.clock.now().getTime() + 2 * DAY);
    await services.deliveries.updateOne({ times: 1 }, { $set: { leased_until } });

    await tell();

    const held = await services.deliveries.find({ times: { $exists: true } }).toArray();
    expect(held.map(({ times }) => times)).toEqual([1, 1]);
  });

  it('that was held loses none of those that follow while it is let go', async () => {
    await tell();
    await tell();
    const told = [...(await deliver())];
    services.clock.advance(DAY);

    const [atOnce] = await Promise.all([deliver(), ...Array.from({ length: 20 }, () => tell())]);
    told.push(...atOnce);
    for (let days = 0; days < 3; days += 1) {
      told.push(...(await deliver()));
      services.clock.advance(DAY);
    }

    const counts = told.map((text) => Number(/was changed (\d+) times/.exec(text)?.[1] ?? 1));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(22);
  });

  it('to a contact that the account has proved is apart from those of other accounts', async () => {
    const of = { emailAddress: 'ada@example.org', topic: 'password-changed', data: {} } as const;
    const other = '64b000000000000000000002';
    await tell('password-changed', 'ada+2@example.org', other);
    await tell('password-changed', 'ada@example.org', other);

    await notification.sendEmailForAccount({ ...of, accountId, isProved: true }, context);
    await notification.sendEmailForAccount({ ...of, accountId, isProved: true }, context);

    expect(await deliver()).toHaveLength(2);
    services.clock.advance(DAY);
    expect(await deliver()).toHaveLength(2);
  });

  it('waits without being taken for a backlog', async () => {
    await tell();
    await deliver();
    await tell();
    services.clock.advance(HOUR);

    expect(await notification.getDeliveryStatistics(context)).toMatchObject({
      queued: 1,
      oldestQueuedMilliseconds: null,
    });
  });

  it('costs three round trips more than storing its delivery, or two if it is counted', async () => {
    await tell();
    const first = services.commands.splice(0).map(({ name }) => name);
    await tell();

    expect(first).toEqual([
      'findAndModify',
      'find',
      'findAndModify',
      'insert',
      'commitTransaction',
    ]);
    expect(services.commands.map(({ name }) => name)).toEqual([
      'findAndModify',
      'find',
      'findAndModify',
      'commitTransaction',
    ]);
  });
});

const notices = Object.entries(topics)
  .filter(([, { isSummedUp }]) => isSummedUp)
  .map(([topic]) => topic as NotificationTopic);
const impossible = {
  email: [
    '',
    'ada',
    'ada@localhost',
    `${'a'.repeat(244)}@example.org`,
    `${'a'.repeat(65)}@example.org`,
    `ada@${'a'.repeat(64)}.org`,
    'ada@exa..mple.org',
    'ada@example.org\r\nBcc: eve@example.org',
    'ada\u202e@example.org',
    'ada@example.org'.repeat(10_000),
  ],
  sms: ['', '1', '9'.repeat(40), 'abc'],
};

describe.each(notices)('a notice of %s that cannot be sent', (topic) => {
  const data = { restorableUntil };

  it.each(impossible.email)('is one dead letter for the address %j', async (emailAddress) => {
    const message = { accountId, emailAddress, topic: topic as 'account-deleted', data };
    for (let times = 0; times < 3; times += 1) {
      await notification.sendEmailForAccount(message, context);
    }

    const { items } = await notification.listDeadDeliveries({}, context);
    expect(items).toMatchObject([
      { accountId, topic, lastError: 'The recipient cannot be reached by email.' },
    ]);
    expect(await services.deliveries.countDocuments()).toBe(1);
    await expect(
      notification.replayDeadDelivery({ deliveryId: items[0]!.id }, context),
    ).rejects.toMatchObject({ code: 'NOTIFICATION_ERR_04' });
  });

  const numbers = 'sms' in topics[topic].templates ? impossible.sms : [];
  it.each(numbers)('is a dead letter for the number %j', async (number) => {
    const to = { countryCode: '', phoneNumber: number };
    await notification.sendSmsForAccount(
      { accountId, phoneNumber: to, topic: topic as 'account-deleted', data },
      context,
    );

    expect(await notification.listDeadDeliveries({}, context)).toMatchObject({
      items: [{ lastError: 'The recipient cannot be reached by sms.' }],
    });
  });

  it('is a dead letter for a channel that it does not go by, or data that it lacks', async () => {
    const lacking = { accountId, phoneNumber, topic: 'account-deleted' as const };
    await notification.sendSmsForAccount(
      { ...lacking, data: { restorableUntil: 'soon' } },
      context,
    );
    await notification.sendPushForAccount(
      { accountId, topic: 'account-deleted' as 'password-changed', data: {} },
      context,
    );

    expect((await notification.listDeadDeliveries({}, context)).items).toHaveLength(2);
  });
});
