import { AccountWithIdNotFoundError } from '@org/account';
import { LastAdminError, type RoleService } from '@org/authorization';
import { beforeEach, describe, expect, it } from 'vitest';

import { ada, bob, by, eve, operator, RoleTestBed } from './services.ts';

let bed: RoleTestBed;
let roles: RoleService;

beforeEach(async () => {
  bed = await RoleTestBed.create();
  ({ roles } = bed);
});

const revoke = (accountId: string, process = roles, context = operator) =>
  process.revokeRole({ accountId, role: 'admin' }, context);

const end = (accountId: string, process = roles) =>
  bed.database.withTransaction(operator, async (transaction) => {
    await process.assertAdminRemains({ accountId }, transaction);
    await bed.end(accountId, transaction);
  });

const admins = async () =>
  (await roles.listGrants({ role: 'admin' }, operator)).items.map(({ accountId }) => accountId);

describe('the last admin', () => {
  it('stays, also for an operator and for themselves', async () => {
    await bed.grant(ada, 'admin');

    await expect(revoke(ada)).rejects.toThrow(LastAdminError);
    await expect(revoke(ada, roles, by(ada))).rejects.toThrow(LastAdminError);
    await expect(end(ada)).rejects.toThrow(LastAdminError);

    expect(await admins()).toEqual([ada]);
  });

  it('may go once there is another', async () => {
    await bed.grant(ada, 'admin');
    await bed.grant(bob, 'admin');

    await revoke(ada);

    expect(await admins()).toEqual([bob]);
  });

  it('is the last one whose account is active', async () => {
    await bed.grant(ada, 'admin');
    await bed.grant(bob, 'admin');
    await end(bob);

    await expect(revoke(ada)).rejects.toThrow(LastAdminError);
    await expect(end(ada)).rejects.toThrow(LastAdminError);
    await revoke(bob);
    expect(await admins()).toEqual([ada]);
  });

  it('is nobody who has another role', async () => {
    await bed.grant(ada, 'admin');
    await bed.grant(bob, 'support');

    await expect(end(bob)).resolves.toBeUndefined();
  });

  it.each(Array.from({ length: 3 }, (_, index) => index))(
    'stays though two admins take it from each other at the same time: %i',
    async () => {
      const other = bed.createProcess();
      await bed.grant(ada, 'admin');
      await bed.grant(bob, 'admin');

      const outcomes = await Promise.allSettled([
        revoke(bob, roles, by(ada)),
        revoke(ada, other, by(bob)),
      ]);

      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await admins()).toHaveLength(1);
    },
  );

  it.each(Array.from({ length: 3 }, (_, index) => index))(
    'stays though one account ends while the role is taken from the other: %i',
    async () => {
      await bed.grant(ada, 'admin');
      await bed.grant(bob, 'admin');

      const outcomes = await Promise.allSettled([end(ada), revoke(bob, bed.createProcess())]);

      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    },
  );

  it('is not somebody whose account ended while they were made one', async () => {
    await bed.grant(bob, 'admin');
    let granting: Promise<unknown> | undefined;
    const locks = () => bed.commands.filter(isLock).length;
    const before = locks();

    await bed.database.withTransaction(operator, async (transaction) => {
      await roles.assertAdminRemains({ accountId: eve }, transaction);
      granting ??= bed
        .createProcess()
        .grantRole({ accountId: eve, role: 'admin' }, operator)
        .catch((error: unknown) => error);
      // One by this transaction, and more by the other one, which starts again and again.
      await expect.poll(locks).toBeGreaterThan(before + 2);
      await bed.end(eve, transaction);
    });

    expect(await granting).toBeInstanceOf(AccountWithIdNotFoundError);
    expect(await admins()).toEqual([bob]);
  });
});

function isLock({ name, collection }: { readonly name: string; readonly collection: unknown }) {
  return name === 'insert' && collection === 'role_guard';
}
