import { LastAdminError } from '@org/authorization';
import { describe, expect, it } from 'vitest';

import { asOperator, openDesk } from './operator-desk.ts';

const accountId = '64b00000000000000000000a';
const why = ['--reason', 'Ada joins the team'];
const auditor = { name: 'auditor', permissions: ['accounts.read'], isBuiltIn: false };
const desk = await openDesk();

describe('org-admin roles', () => {
  it('lists roles, and what they can allow', async () => {
    const permissions = ['accounts.read', 'audit.read'];
    const none = { ...auditor, name: 'none', permissions: [] };
    desk.roles.listRoles.mockResolvedValue([{ ...auditor, permissions }, none]);
    desk.width = 10;

    expect((await desk.run('roles', 'list')).output.split('\n')).toEqual([
      'NAME     PERMISSION',
      'auditor  accounts.read',
      'auditor  audit.read',
      'none',
      '',
    ]);
    expect((await desk.run('roles', 'permissions')).output).toBe('accounts.read\nroles.manage\n');
  });

  it('lists who has one', async () => {
    const time = new Date(0);
    const grant = { accountId, roles: ['admin'], createdAt: time, updatedAt: time };
    desk.roles.listGrants.mockResolvedValue({ items: [grant], nextCursor: 'next' });

    const { output } = await desk.run('roles', 'grants', '--role', 'admin', '--limit', '1');

    expect(output).toContain(`${accountId}  admin  1970-01-01T00:00:00.000Z`);
    expect(output).toContain('More with: --cursor next');
    expect(desk.roles.listGrants).toHaveBeenCalledWith({ role: 'admin', limit: 1 }, asOperator);
  });

  it.each([
    [
      'create',
      ['--permission', 'accounts.read', 'roles.manage'],
      ['accounts.read', 'roles.manage'],
    ],
    ['update', ['--permission', 'accounts.read'], ['accounts.read']],
    ['update', ['--permission'], []],
  ] as const)('%ss one that allows %j', async (verb, options, permissions) => {
    desk.roles.createRole.mockResolvedValue(auditor);
    desk.roles.updateRole.mockResolvedValue(auditor);

    const { exitCode } = await desk.run('roles', verb, 'auditor', ...why, ...options);

    expect(exitCode).toBe(0);
    const called = verb === 'create' ? desk.roles.createRole : desk.roles.updateRole;
    expect(called).toHaveBeenCalledWith({ name: 'auditor', permissions }, asOperator);
    expect(await desk.recorded()).toMatchObject([
      {
        action: 'authz_admin',
        resource_type: 'roles',
        outcome: 'success',
        changes: {
          command: { new: `roles ${verb}` },
          parameters: { new: { name: 'auditor', permissions } },
          reason: { new: 'Ada joins the team' },
        },
      },
    ]);
  });

  it('removes one', async () => {
    await desk.run('roles', 'remove', 'auditor', ...why);

    expect(desk.roles.removeRole).toHaveBeenCalledWith({ name: 'auditor' }, asOperator);
  });

  it.each(['grant', 'revoke'] as const)('%ss one, on the record of the account', async (verb) => {
    await desk.run('roles', verb, accountId.toUpperCase(), 'admin', ...why);

    const called = verb === 'grant' ? desk.roles.grantRole : desk.roles.revokeRole;
    expect(called).toHaveBeenCalledWith({ accountId, role: 'admin' }, asOperator);
    expect(await desk.recorded()).toMatchObject([
      {
        resource_type: 'accounts',
        resource_id: accountId,
        changes: { parameters: { new: { role: 'admin' } }, reason: { new: why[1] } },
      },
    ]);
  });

  it('says why it did not, and records that', async () => {
    desk.roles.revokeRole.mockRejectedValue(new LastAdminError());

    const { exitCode, errors } = await desk.run('roles', 'revoke', accountId, 'admin', ...why);

    expect([exitCode, errors]).toEqual([
      1,
      'This is the last admin. Please make another account an admin first.\n',
    ]);
    expect(await desk.recorded()).toMatchObject([{ outcome: 'failure', changes: { reason: {} } }]);
  });

  it.each([
    ['create', 'auditor', '--permission', 'accounts.read'],
    ['update', 'auditor', '--permission', 'accounts.read'],
    ['remove', 'auditor'],
    ['grant', accountId, 'admin'],
    ['revoke', accountId, 'admin'],
  ])('wants to know why: %s', async (...words) => {
    const { errors: missing } = await desk.runAsGiven('roles', ...words);
    expect(missing).toContain("'--reason <text>' not specified");
    for (const reason of ['', '   ', '\u200b', 'a'.repeat(501), '\uD800']) {
      const { exitCode, errors } = await desk.run('roles', ...words, '--reason', reason);

      expect([exitCode, errors]).toEqual([2, expect.stringContaining('1 to 500 characters')]);
    }
    expect(await desk.recorded()).toEqual([]);
  });

  it('records nothing that is no name of a role', async () => {
    const { exitCode } = await desk.run('roles', 'grant', accountId, 'Ada Lovelace', ...why);

    expect(exitCode).toBe(2);
    expect(await desk.recorded()).toEqual([]);
  });
});
