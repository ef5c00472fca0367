import { PermissionDeniedError, type RoleService } from '@org/authorization';
import { beforeEach, describe, expect, it } from 'vitest';

import { ada, bob, by, operator, RoleTestBed } from './services.ts';

let bed: RoleTestBed;
let here: RoleService;
let elsewhere: RoleService;

beforeEach(async () => {
  bed = await RoleTestBed.create();
  here = bed.roles;
  elsewhere = bed.createProcess();
  await bed.allow(ada, 'reader', 'accounts.read');
  bed.commands.length = 0;
});

const ask = (process: RoleService, accountId = ada, permission = 'accounts.read') =>
  process.assertPermission({ accountId, permission }, by(accountId));
const denied = (process: RoleService) => expect(ask(process)).rejects.toThrow(PermissionDeniedError);

/** All ways to take something away. */
const ways: readonly (readonly [string, (process: RoleService) => Promise<unknown>])[] = [
  ['the role is taken', (by_) => by_.revokeRole({ accountId: ada, role: 'reader' }, operator)],
  ['the role is changed', (by_) => by_.updateRole({ name: 'reader', permissions: [] }, operator)],
];

describe('a permission', () => {
  it.each(ways)('is gone at once in the process where %s', async (_way, take) => {
    await ask(here);

    await take(here);

    await denied(here);
  });

  it.each(ways)('is gone half a second later in another process than where %s', async (_way, take) => {
    await ask(here);
    await take(elsewhere);

    bed.clock.advance(499);
    await ask(here);
    bed.clock.advance(1);
    await denied(here);
  });

  it('is gone at once after a transaction of the caller’s, though asked for in its midst', async () => {
    await bed.database.withTransaction(operator, async (transaction) => {
      await here.revokeRole({ accountId: ada, role: 'reader' }, transaction);
      await ask(here);
    });

    await denied(here);
  });

  it('is there at once in the process that gives it', async () => {
    await expect(ask(here, bob)).rejects.toThrow(PermissionDeniedError);

    await here.grantRole({ accountId: bob, role: 'reader' }, operator);

    await ask(here, bob);
  });

  it('takes one round trip, and none for half a second', async () => {
    await ask(here);
    await here.findPermissionsByAccountId({ accountId: ada }, by(ada));
    await expect(ask(here, ada, 'accounts.erase')).rejects.toThrow(PermissionDeniedError);

    expect(bed.commands).toEqual([{ name: 'aggregate', collection: 'role_grants' }]);

    bed.clock.advance(500);
    await ask(here);
    expect(bed.commands).toHaveLength(2);
  });

  it('takes one round trip for any number of requests at the same time', async () => {
    await Promise.all(Array.from({ length: 20 }, () => ask(here)));

    expect(bed.commands).toHaveLength(1);
  });
});
