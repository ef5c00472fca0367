import { AppError } from '@org/core';
import { QueueRowNotFoundError } from '@org/queue';
import { describe, expect, it } from 'vitest';

import { asOperator, openDesk, REASON } from './operator-desk.ts';

const deletedAt = new Date(0);
const id = '64b00000000000000000000a';
const job = {
  id,
  name: 'account.erasure',
  status: 'dead',
  schedule: null,
  timezone: 'UTC',
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
const desk = await openDesk();

describe('org-admin jobs', () => {
  it('lists the queue', async () => {
    desk.jobs.listJobs.mockResolvedValue({
      items: [
        { ...job, status: 'waiting' },
        { ...job, status: 'waiting', schedule: '0 3 * * *', timezone: 'Europe/Berlin' },
      ],
      nextCursor: 'x',
    });

    const { exitCode, output } = await desk.run('jobs', 'list', '--limit', '1');

    expect(exitCode).toBe(0);
    expect(output.split('\n')).toEqual([
      'ID                        NAME             SCHEDULE                 STATUS   ATTEMPTS  RUNS AT  LAST ERROR',
      `${id}  account.erasure                           waiting  10                 no route to host`,
      `${id}  account.erasure  0 3 * * * Europe/Berlin  waiting  10                 no route to host`,
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
    desk.jobs.dispatchByHand.mockResolvedValue({ jobId: id });

    const { output } = await desk.run(
      ...['jobs', 'run', 'account.erasure', '--payload', '{"accountId": "1", "token": "abc"}'],
    );

    expect(output).toBe(`Job ${id} is in the queue.\n`);
    expect(desk.jobs.dispatchByHand).toHaveBeenCalledWith(
      { name: 'account.erasure', payload: { accountId: '1', token: 'abc' } },
      asOperator,
    );
    expect(await desk.recorded()).toMatchObject([
      {
        resource_type: 'agendaJobs',
        changes: {
          command: { new: 'jobs run' },
          parameters: { new: { name: 'account.erasure' } },
        },
      },
    ]);
  });

  it.each(['is put into the queue', 'is refused'])(
    'records nothing of the payload of one that %s',
    async (how) => {
      if (how === 'is refused') {
        desk.jobs.dispatchByHand.mockRejectedValue(new Error('no such job'));
      } else {
        desk.jobs.dispatchByHand.mockResolvedValue({ jobId: id });
      }
      const payload = '{"username":"ada@example.com"}';

      await desk.run('jobs', 'run', 'account.password-reset-request', '--payload', payload);
      await desk.run('jobs', 'run', 'ada@example.com');

      const records = await desk.recorded();
      expect(records).toHaveLength(2);
      expect(JSON.stringify(records)).not.toContain('ada@example.com');
    },
  );

  it('runs one without a payload', async () => {
    desk.jobs.dispatchByHand.mockResolvedValue({ jobId: id });

    expect(await desk.runForJson('jobs', 'run', 'health')).toEqual({ jobId: id });
    expect(desk.jobs.dispatchByHand).toHaveBeenCalledWith(
      { name: 'health', payload: {} },
      asOperator,
    );
  });

  it.each(['no JSON', '[]', 'null', '1'])('does not take %s for a payload', async (payload) => {
    const { exitCode, errors } = await desk.run('jobs', 'run', 'health', '--payload', payload);

    expect(exitCode).toBe(2);
    expect(errors).toContain('It must be a JSON object.');
    expect(desk.jobs.dispatchByHand).not.toHaveBeenCalled();
  });

  it('replays a dead one', async () => {
    const { output } = await desk.run('jobs', 'replay', id);

    expect(output).toBe(`Job ${id} is in the queue again.\n`);
    expect(desk.jobs.replayDeadJob).toHaveBeenCalledWith({ jobId: id }, asOperator);
    expect(await desk.recorded()).toMatchObject([{ resource_id: id }]);
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

  it('lists what failed and will be tried again, by pages', async () => {
    const nextAttemptAt = new Date('2026-01-01T00:05:00.000Z');
    const failing = { ...delivery, nextAttemptAt };
    desk.deliveries.listFailingDeliveries.mockResolvedValue({ items: [failing], nextCursor: id });

    const { output } = await desk.run('notifications', 'failing', '--limit', '1');

    expect(output).toMatch(/NEXT ATTEMPT\n.*2026-01-01T00:05:00\.000Z\s/);
    expect(output).toContain(`--cursor ${id}`);
    expect(desk.deliveries.listFailingDeliveries).toHaveBeenCalledWith({ limit: 1 }, asOperator);
  });

  it('replays one', async () => {
    expect(await desk.runForJson('notifications', 'replay', id)).toEqual({ deliveryId: id });
    expect(desk.deliveries.replayDeadDelivery).toHaveBeenCalledWith({ deliveryId: id }, asOperator);
  });
});

describe('org-admin events', () => {
  const row = {
    id,
    kind: 'billing.thank',
    key: null,
    payload: { name: 'account.created', payload: { accountId: delivery.accountId } },
    attempts: 3,
    dueAt: new Date('2026-01-01T00:05:00.000Z'),
    lastError: 'Error: broken',
    createdAt: new Date('2026-01-01T00:00:00.000Z'),
  };

  it.each([
    ['waiting', 'listWaitingRows'],
    ['unheard', 'listUnhandledRows'],
  ] as const)('lists those that are %s', async (command, list) => {
    desk.events[list].mockResolvedValue({ items: [row], nextCursor: null });

    const { output } = await desk.run('events', command);

    expect(output.split('\n')).toEqual([
      expect.stringMatching(/^ID +CREATED +EVENT +ACCOUNT +LISTENER +ATTEMPTS +DUE +LAST ERROR$/),
      `${id}  2026-01-01T00:00:00.000Z  account.created  ${delivery.accountId}  billing.thank  3         2026-01-01T00:05:00.000Z  Error: broken`,
      '',
    ]);
    expect(desk.events[list]).toHaveBeenCalledWith({}, asOperator);
  });

  it('lists those that are dead, also from a version that stored no names', async () => {
    const earlier = { ...row, payload: { payload: {} } };
    desk.events.listDeadRows.mockResolvedValue({ items: [row, earlier], nextCursor: null });

    const { output } = await desk.run('events', 'dead');

    expect(output.split('\n')).toEqual([
      expect.stringMatching(/^ID +CREATED +EVENT +ACCOUNT +LISTENER +ATTEMPTS +LAST ERROR$/),
      `${id}  2026-01-01T00:00:00.000Z  account.created  ${delivery.accountId}  billing.thank  3         Error: broken`,
      expect.stringMatching(/Z {45}billing\.thank {2}3 {9}Error: broken$/),
      '',
    ]);
    expect(desk.events.listDeadRows).toHaveBeenCalledWith({}, asOperator);
  });

  it('lists one of which another program made something else', async () => {
    const odd = { ...row, payload: { name: 7, payload: 5 } };
    desk.events.listDeadRows.mockResolvedValue({ items: [odd], nextCursor: null });

    expect(await desk.run('events', 'dead')).toMatchObject({ exitCode: 0 });
  });

  it('replays one', async () => {
    desk.events.replayDeadRow.mockResolvedValue(undefined);

    const { output } = await desk.run('events', 'replay', id);

    expect(output).toBe(`Event ${id} waits for its listener; a worker that has it will call it.\n`);
    expect(desk.events.replayDeadRow).toHaveBeenCalledWith({ rowId: id }, asOperator);
  });

  it('says that one which still waits needs no replay', async () => {
    desk.events.replayDeadRow.mockRejectedValue(new QueueRowNotFoundError(id));

    const { exitCode, errors } = await desk.run('events', 'replay', id);

    expect(exitCode).toBe(1);
    expect(errors).toBe(
      'No dead event has this id. One that still waits needs no replay: see `events waiting` and `events unheard`.\n',
    );
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

  it('deletes an account, and says until when it can be restored', async () => {
    const { output } = await desk.run('accounts', 'delete', id);

    expect(output).toBe(
      `Account ${id} is deleted. It can be restored until ${new Date(0).toISOString()}.\n`,
    );
    expect(desk.accounts.deleteAccount).toHaveBeenCalledWith({ accountId: id }, asOperator);
    expect(await desk.recorded()).toMatchObject([
      {
        resource_id: id,
        changes: { command: { new: 'accounts delete' }, reason: { new: REASON } },
      },
    ]);
  });

  it('restores an account', async () => {
    const { output } = await desk.run('accounts', 'restore', id);

    expect(output).toBe(`Account ${id} is restored.\n`);
    expect(desk.accounts.restoreAccount).toHaveBeenCalledWith({ accountId: id }, asOperator);
  });

  it('says that a restored account is disabled as before', async () => {
    desk.accounts.restoreAccount.mockResolvedValue({ state: 'disabled', leftOut: [] });

    const { output } = await desk.run('accounts', 'restore', id);

    expect(output).toBe(`Account ${id} is restored. It is disabled, as before.\n`);
  });

  it('says which contacts a restored account lost', async () => {
    desk.accounts.restoreAccount.mockResolvedValue({ leftOut: ['phone', 'email'] });

    const { output } = await desk.run('accounts', 'restore', id);

    expect(output).toBe(
      `Account ${id} is restored, but for its phone number and e-mail address: another account has that now.\n`,
    );
  });

  it('erases an account', async () => {
    const { output } = await desk.run('accounts', 'erase', id, '--yes');

    expect(output).toBe(`Account ${id} is erased by the next worker that is free.\n`);
    expect(desk.accounts.eraseAccount).toHaveBeenCalledWith(
      { accountId: id, deletedAt },
      asOperator,
    );
  });

  it('erases an account when the operator says so, and otherwise not', async () => {
    desk.answer = 'no';
    expect(await desk.run('accounts', 'erase', id)).toMatchObject({
      exitCode: 1,
      errors: `Account ${id} is not erased.\n`,
    });
    expect(desk.accounts.eraseAccount).not.toHaveBeenCalled();

    desk.answer = 'yes';
    expect(await desk.run('accounts', 'erase', id)).toMatchObject({ exitCode: 0 });
    expect(desk.accounts.eraseAccount).toHaveBeenCalledOnce();
  });

  it('says why it failed without what a terminal could obey', async () => {
    desk.accounts.deleteAccount.mockRejectedValue(new Error('No \u001b[8m\u009b8m\u202e'));

    const { exitCode, errors } = await desk.run('accounts', 'delete', id);

    expect([exitCode, errors]).toEqual([1, 'No \\u{1b}[8m\\u{9b}8m\\u{202e}\n']);
  });

  it('erases nothing where nobody can be asked', async () => {
    const { exitCode, errors } = await desk.run('accounts', 'erase', id);

    expect([exitCode, errors]).toEqual([
      1,
      `Nobody can be asked here: Erase account ${id} for good? If so, say --yes.\n`,
    ]);
    expect(desk.accounts.eraseAccount).not.toHaveBeenCalled();
  });

  it('erases an account that can still be restored only when told to do so now', async () => {
    const restorableUntil = new Date('2999-01-01');
    desk.accounts.getDeletedAccount.mockResolvedValue({
      deletedAt,
      restorableUntil,
      isRestorable: true,
    });

    const { exitCode, errors } = await desk.run('accounts', 'erase', id, '--yes');
    expect([exitCode, errors]).toEqual([
      1,
      `Account ${id} can be restored until 2999-01-01T00:00:00.000Z. Say --now to erase it all the same.\n`,
    ]);
    expect(desk.accounts.eraseAccount).not.toHaveBeenCalled();

    await desk.run('accounts', 'erase', id, '--yes', '--now');
    expect(desk.accounts.eraseAccount).toHaveBeenCalledOnce();
  });

  it.each([
    ['ahead', '2001-01-01', true, 0],
    ['behind', '2999-01-01', false, 1],
  ])("asks the database whether it can, where the machine's clock is %s", async (...given) => {
    const [, until, isRestorable, erased] = given;
    const restorableUntil = new Date(until);
    desk.accounts.getDeletedAccount.mockResolvedValue({ deletedAt, restorableUntil, isRestorable });

    await desk.run('accounts', 'erase', id, '--yes');

    expect(desk.accounts.eraseAccount).toHaveBeenCalledTimes(erased);
  });

  it('completes identities once the operator says that no earlier version runs', async () => {
    const command = ['accounts', 'complete-identities'] as const;
    expect(await desk.run(...command)).toMatchObject({
      exitCode: 1,
      errors: expect.stringContaining('Are all stopped, for good? If so, say --yes.'),
    });
    desk.answer = 'no';
    expect(await desk.run(...command)).toMatchObject({ errors: 'Nothing is changed.\n' });
    expect(desk.accounts.completeIdentities).not.toHaveBeenCalled();

    expect(await desk.run(...command, '--yes')).toMatchObject({
      exitCode: 0,
      output: 'Identities alone keep names unique now.\n',
    });
    expect(desk.accounts.completeIdentities).toHaveBeenCalledWith(asOperator);
  });

  it('says why identities cannot be completed', async () => {
    const message = 'A process of an earlier version still runs. Stop it first.';
    desk.accounts.completeIdentities.mockRejectedValue(new Error(message));

    expect(await desk.run('accounts', 'complete-identities', '--yes')).toMatchObject({
      exitCode: 1,
      errors: `${message}\n`,
    });
  });

  it('erases no account that is not deleted', async () => {
    const message = `Account ${id} is active. Delete it first.`;
    desk.accounts.getDeletedAccount.mockRejectedValue(new Error(message));

    expect(await desk.run('accounts', 'erase', id, '--yes', '--now')).toEqual({
      exitCode: 1,
      output: '',
      errors: `${message}\n`,
    });
    expect(desk.accounts.eraseAccount).not.toHaveBeenCalled();
  });
});

describe('every command', () => {
  it.each([
    ['accounts restore', ['accounts', 'restore']],
    ['accounts erase', ['accounts', 'erase', '--yes']],
    ['jobs replay', ['jobs', 'replay']],
    ['notifications replay', ['notifications', 'replay']],
  ])('takes an id in any case, and records it as it is stored: %s', async (_what, words) => {
    const { output } = await desk.run(...words, id.toUpperCase());

    expect(output).toContain(id);
    const records = await desk.recorded();
    expect(records).toMatchObject([{ action: 'authz_admin', resource_id: id }]);
  });

  it('does not record what is given for an id and is none', async () => {
    const name = 'ada@example.com';
    desk.accounts.restoreAccount.mockRejectedValue(new Error('We could not find it.'));

    await desk.run('accounts', 'restore', name);
    await desk.run('audit', 'query', '--resource', 'accounts', name);
    await desk.run('audit', 'query', '--actor', 'account', name);

    const records = await desk.recorded();
    expect(records).toHaveLength(3);
    expect(JSON.stringify(records)).not.toContain(name);
  });

  it.each([
    ['5,000 characters', 'a'.repeat(5_000)],
    ['101 characters', 'a'.repeat(101)],
    ['nothing', ''],
    ['blanks', ' ada'],
    ['a control character', 'a\u001b[31m'],
  ])('does not act under a name of %s', async (_what, name) => {
    const { exitCode, errors } = await desk.run('--as', name, 'keys', 'rotate');

    expect(exitCode).toBe(2);
    expect(errors).toContain('It must be a name of at most 100 characters');
    expect(desk.signingKeys.rotateSigningKeys).not.toHaveBeenCalled();
  });

  it('acts under the name that it is given', async () => {
    await desk.run('--as', 'ada', 'accounts', 'erase', id, '--yes');

    const asAda = expect.objectContaining({ actor: { type: 'worker', id: 'ada' } });
    expect(desk.accounts.eraseAccount).toHaveBeenCalledWith({ accountId: id, deletedAt }, asAda);
    const [, { requestId }] = desk.accounts.eraseAccount.mock.calls[0]!;
    expect(await desk.recorded()).toMatchObject([
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
    expect(await desk.recorded()).toMatchObject([{ action: 'authz_admin', outcome: 'failure' }]);
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
    expect(await desk.recorded()).toEqual([]);
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
