import type { AdminService } from '@org/admin';
import { AdminBadRequestError } from '@org/admin';
import { AppError, type OperationContext } from '@org/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { context, createServices, operator, type TestServices } from './services.ts';

const disabling = {
  name: 'accounts.disable',
  resourceType: 'accounts',
  resourceId: '64B00000000000000000000A',
  parameters: { notice: undefined, silent: false },
  reason: 'Ticket 4711',
};

let services: TestServices;
let admin: AdminService;

beforeAll(async () => {
  services = await createServices();
  ({ admin } = services);
});
beforeEach(() => {
  services.audit.events.length = 0;
});
afterAll(() => services.throwaway.remove());

const stored = () => services.throwaway.database.collection('notes');

async function store(transaction: OperationContext): Promise<string> {
  const { database } = services.throwaway;
  await database.runIn(transaction, (session) => stored().insertOne({ a: 1 }, session));
  return 'stored';
}

describe('a change', () => {
  it('is recorded with who, what and why, in its own transaction', async () => {
    let inTransaction: OperationContext['transaction'];

    const result = await admin.change(disabling, context, async (transaction) => {
      inTransaction = transaction.transaction;
      return 'done';
    });

    expect(result).toBe('done');
    expect(inTransaction).toBeDefined();
    expect(services.audit.events).toMatchObject([
      {
        resourceType: 'accounts',
        resourceId: '64b00000000000000000000a',
        action: 'authz_admin',
        outcome: 'success',
        changes: {
          operation: { old: null, new: 'accounts.disable' },
          parameters: { old: null, new: { silent: false } },
          reason: { old: null, new: 'Ticket 4711' },
        },
        context: { actor: { type: 'account', id: operator } },
      },
    ]);
    expect(services.audit.events[0]!.context.transaction).toBe(inTransaction);
  });

  it('that fails is undone, and recorded as a failure', async () => {
    const before = await stored().countDocuments();

    const changing = admin.change(disabling, context, async (transaction) => {
      await store(transaction);
      throw new Error('No.');
    });

    await expect(changing).rejects.toThrow('No.');
    expect(await stored().countDocuments()).toBe(before);
    expect(services.audit.events).toMatchObject([
      { outcome: 'failure', changes: { reason: { new: 'Ticket 4711' } }, context },
    ]);
  });

  it('that is refused for want of a right is recorded as denied', async () => {
    const changing = admin.change(disabling, context, async () => {
      throw new AppError({ code: 'ROLE_ERR_04', httpStatus: 403, message: 'You have it not.' });
    });

    await expect(changing).rejects.toThrow('You have it not.');
    expect(services.audit.events).toMatchObject([{ outcome: 'denied' }]);
  });

  it('is not made if it cannot be recorded', async () => {
    const before = await stored().countDocuments();
    const recording = vi.spyOn(services.audit, 'record').mockRejectedValue(new Error('Full.'));

    await expect(admin.change(disabling, context, store)).rejects.toThrow('Full.');

    recording.mockRestore();
    expect(await stored().countDocuments()).toBe(before);
  });

  it('in steps has no transaction, and is recorded when it is done', async () => {
    const recordsThen: number[] = [];
    const stepwise = { ...disabling, isStepwise: true };

    await admin.change(stepwise, context, async ({ transaction }) => {
      recordsThen.push(services.audit.events.length);
      expect(transaction).toBeUndefined();
    });

    expect(recordsThen).toEqual([0]);
    expect(services.audit.events).toMatchObject([
      { outcome: 'success', context: { actor: context.actor } },
    ]);
  });

  it('in steps is confirmed with its record, not with its first step', async () => {
    const recordsThen: number[] = [];
    const confirming = context.withBeforeCommit(async () => {
      recordsThen.push(services.audit.events.length);
    });

    await admin.change({ ...disabling, isStepwise: true }, confirming, async (step) => {
      await services.throwaway.database.withTransaction(step, store);
      await services.throwaway.database.withTransaction(step, store);
    });

    expect(recordsThen).toEqual([1]);
  });

  it.each([
    ['empty', ''],
    ['blank', ' \t\n'],
    ['not to be seen', '\u0000\u200b\u202e'],
    ['too long', 'a'.repeat(501)],
    ['far too long', 'a'.repeat(100_000)],
  ])('is not made for a reason that is %s', async (_how, reason) => {
    const work = vi.fn(async () => undefined);

    const changing = admin.change({ ...disabling, reason }, context, work);

    await expect(changing).rejects.toThrow(AdminBadRequestError);
    await expect(changing).rejects.toThrow(
      'reason must have 1 to 500 characters, one of them visible',
    );
    expect(work).not.toHaveBeenCalled();
    expect(services.audit.events).toEqual([]);
  });

  it('is made for a reason of 500 characters, whatever they are', async () => {
    const reason = '🙂'.repeat(500);

    await admin.change({ ...disabling, reason }, context, async () => undefined);

    expect(services.audit.events).toMatchObject([{ changes: { reason: { new: reason } } }]);
  });
});

describe('a read', () => {
  it('is recorded before it is answered, without a reason', async () => {
    const reading = { name: 'accounts.read', resourceType: 'accounts', resourceId: 'Ada' };

    expect(await admin.read(reading, context, async () => 'Ada')).toBe('Ada');

    const [record] = services.audit.events;
    expect(record).toMatchObject({ resourceId: '', action: 'authz_admin', outcome: 'success' });
    expect(Object.keys(record?.changes ?? {})).toEqual(['operation', 'parameters']);
  });

  it('is not answered if it cannot be recorded', async () => {
    const recording = vi.spyOn(services.audit, 'record').mockRejectedValue(new Error('Full.'));
    const reading = { name: 'accounts.read', resourceType: 'accounts' };

    await expect(admin.read(reading, context, async () => 'Ada')).rejects.toThrow('Full.');

    recording.mockRestore();
  });
});
