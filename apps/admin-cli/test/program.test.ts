import { AppError } from '@org/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { OperatorDesk } from './operator-desk.ts';

const id = '64b00000000000000000000a';
const job = {
  id,
  name: 'account.erasure',
  status: 'dead',
  attempts: 10,
  runsAt: null,
  lastError: 'no route to host',
};
const delivery = {
  id,
  accountId: '64b000000000000000000001',
  channel: 'email',
  topic: 'password-reset',
  attempts: 8,
  lastError: 'refused',
  createdAt: new Date('2026-01-01T00:00:00.000Z'),
};
const asOperator = expect.objectContaining({ actor: { type: 'worker', id: 'org-admin' } });
let desk: OperatorDesk;

beforeAll(async () => {
  desk = await OperatorDesk.open();
});
beforeEach(async () => {
  await desk.clear();
});
afterAll(async () => {
  await desk.remove();
});

function recorded() {
  return desk.records().find().toArray();
}

describe('org-admin jobs', () => {
  it('lists the queue', async () => {
    desk.jobs.listJobs.mockResolvedValue({
      items: [{ ...job, status: 'waiting' }],
      nextCursor: 'x',
    });

    const { exitCode, output } = await desk.run('jobs', 'list', '--limit', '1');

    expect(exitCode).toBe(0);
    expect(output.split('\n')).toEqual([
      'ID                        NAME             STATUS   ATTEMPTS  RUNS AT  LAST ERROR',
      `${id}  account.erasure  waiting  10                 no route to host`,
      'More with: --cursor x',
      '',
    ]);
    expect(desk.jobs.listJobs).toHaveBeenCalledWith({ limit: 1 }, asOperator);
  });

  it('lists the dead ones', async () => {
    const page = { items: [job], nextCursor: null };
    desk.jobs.listDeadJobs.mockResolvedValue(page);

    expect(await desk.runForJson('jobs', 'list', '--dead', '--cursor', 'x')).toEqual(page);
    expect(desk.jobs.listDeadJobs).toHaveBeenCalledWith({ cursor: 'x' }, asOperator);
  });

  it('runs one, with a payload', async () => {
    desk.jobs.dispatch.mockResolvedValue({ jobId: id });

    const { output } = await desk.run(
      ...['jobs', 'run', 'account.erasure', '--payload', '{"accountId": "1", "token": "abc"}'],
    );

    expect(output).toBe(`Job ${id} is in the queue.\n`);
    expect(desk.jobs.dispatch).toHaveBeenCalledWith(
      { name: 'account.erasure', payload: { accountId: '1', token: 'abc' } },
      asOperator,
    );
    expect(await recorded()).toMatchObject([
      {
        resource_type: 'agendaJobs',
        changes: {
          command: { new: 'jobs run' },
          parameters: {
            new: { name: 'account.erasure', payload: { accountId: '1', token: '[redacted]' } },
          },
        },
      },
    ]);
  });

  it('runs one without a payload', async () => {
    desk.jobs.dispatch.mockResolvedValue({ jobId: id });

    expect(await desk.runForJson('jobs', 'run', 'health')).toEqual({ jobId: id });
    expect(desk.jobs.dispatch).toHaveBeenCalledWith({ name: 'health', payload: {} }, asOperator);
  });

  it.each(['no JSON', '[]', 'null', '1'])('does not take %s for a payload', async (payload) => {
    const { exitCode, errors } = await desk.run('jobs', 'run', 'health', '--payload', payload);

    expect(exitCode).toBe(2);
    expect(errors).toContain('It must be a JSON object.');
    expect(desk.jobs.dispatch).not.toHaveBeenCalled();
  });

  it('replays a dead one', async () => {
    const { output } = await desk.run('jobs', 'replay', id);

    expect(output).toBe(`Job ${id} is in the queue again.\n`);
    expect(desk.jobs.replayDeadJob).toHaveBeenCalledWith({ jobId: id }, asOperator);
    expect(await recorded()).toMatchObject([{ resource_id: id }]);
  });
});

describe('org-admin notifications', () => {
  it('lists what was given up', async () => {
    desk.deliveries.listDeadDeliveries.mockResolvedValue({ items: [delivery], nextCursor: null });

    const { output } = await desk.run('notifications', 'dead');

    expect(output).toContain(
      `${id}  2026-01-01T00:00:00.000Z  ${delivery.accountId}  email    password-reset  8`,
    );
    expect(desk.deliveries.listDeadDeliveries).toHaveBeenCalledWith({}, asOperator);
  });

  it('replays one', async () => {
    expect(await desk.runForJson('notifications', 'replay', id)).toEqual({ deliveryId: id });
    expect(desk.deliveries.replayDeadDelivery).toHaveBeenCalledWith({ deliveryId: id }, asOperator);
  });
});

describe('org-admin keys and accounts', () => {
  it('rotates the signing keys', async () => {
    expect(await desk.run('keys', 'rotate')).toMatchObject({
      exitCode: 0,
      output: 'The next key signs from now on.\n',
    });
    expect(desk.signingKeys.rotateSigningKeys).toHaveBeenCalledWith(asOperator);
  });

  it('restores an account', async () => {
    const { output } = await desk.run('accounts', 'restore', id);

    expect(output).toBe(`Account ${id} is restored.\n`);
    expect(desk.accounts.restoreAccount).toHaveBeenCalledWith({ accountId: id }, asOperator);
  });

  it('erases an account', async () => {
    const { output } = await desk.run('accounts', 'erase', id);

    expect(output).toBe(`A worker erases account ${id} now.\n`);
    expect(desk.accounts.eraseAccount).toHaveBeenCalledWith({ accountId: id }, asOperator);
  });
});

describe('every command', () => {
  it('acts under the name that it is given', async () => {
    await desk.run('--as', 'ada', 'accounts', 'erase', id);

    const asAda = expect.objectContaining({ actor: { type: 'worker', id: 'ada' } });
    expect(desk.accounts.eraseAccount).toHaveBeenCalledWith({ accountId: id }, asAda);
    const [, { requestId }] = desk.accounts.eraseAccount.mock.calls[0]!;
    expect(await recorded()).toMatchObject([
      {
        resource_type: 'accounts',
        resource_id: id,
        actor_type: 'worker',
        actor_id: 'ada',
        action: 'authz_admin',
        outcome: 'success',
        request_id: requestId,
      },
    ]);
  });

  it('fails with one line, is recorded and closes what it opened', async () => {
    const message = 'The username was taken again.';
    desk.accounts.restoreAccount.mockRejectedValue(
      new AppError({ code: 'ACCOUNT_ERR_01', httpStatus: 409, message: `${message}\nMore.` }),
    );

    expect(await desk.run('accounts', 'restore', id)).toEqual({
      exitCode: 1,
      output: '',
      errors: `${message}\n`,
    });
    expect(await recorded()).toMatchObject([{ action: 'authz_admin', outcome: 'failure' }]);
    expect(desk.close).toHaveBeenCalledOnce();
  });

  it.each([
    ['nothing', []],
    ['a group without a command', ['jobs']],
    ['an unknown command', ['jobs', 'stop']],
    ['an unknown option', ['jobs', 'list', '--all']],
    ['a missing argument', ['accounts', 'erase']],
    ['an argument too many', ['accounts', 'erase', id, id]],
  ])('does not understand %s', async (_what, words) => {
    const { exitCode, output, errors } = await desk.run(...words);

    expect(exitCode).toBe(2);
    expect(output).toBe('');
    expect(errors).not.toBe('');
    expect(await recorded()).toEqual([]);
    expect(desk.close).not.toHaveBeenCalled();
  });

  it('explains itself', async () => {
    const { exitCode, output } = await desk.run('audit', 'query', '--help');

    expect(exitCode).toBe(0);
    expect(output).toContain('Usage: org-admin audit query [options]');
    expect(output).toContain('--json');
    expect(output).toContain('--as <name>');
  });
});
