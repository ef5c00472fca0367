import { describe, expect, it } from 'vitest';

import { asOperator, openDesk, REASON } from './operator-desk.ts';

const id = '64b00000000000000000000a';
const requestId = '64b00000000000000000000b';
const time = new Date('2026-01-01T00:00:00.000Z');
const phoneNumber = { countryCode: '+91', phoneNumber: '9999999999' };
const account = {
  id,
  state: 'disabled',
  disabledAt: time,
  deletedAt: null,
  firstName: 'Ada',
  lastName: 'Lovelace',
  username: '',
  email: 'ada@example.com',
  emailVerified: true,
  phoneNumber,
  phoneNumberVerified: true,
  createdAt: time,
  updatedAt: time,
};
const desk = await openDesk();

describe('org-admin accounts', () => {
  it('searches, and records nothing of what was searched for', async () => {
    desk.support.searchAccounts.mockResolvedValue({ items: [account], nextCursor: 'x' });

    const { exitCode, output } = await desk.run(
      ...['accounts', 'search', 'ada@ex', '--state', 'disabled', '--limit', '1', '--cursor', 'y'],
    );

    expect(exitCode).toBe(0);
    expect(output.split('\n')).toEqual([
      expect.stringMatching(/^ID +STATE +USERNAME +E-MAIL +PHONE +NAME +CREATED$/),
      expect.stringContaining('disabled            ada@example.com  +919999999999  Ada Lovelace'),
      'More with: --cursor x',
      '',
    ]);
    expect(desk.support.searchAccounts).toHaveBeenCalledWith(
      { query: 'ada@ex', state: 'disabled', limit: 1, cursor: 'y' },
      asOperator,
    );
    const records = await desk.recorded();
    expect(records).toMatchObject([
      { changes: { parameters: { new: { state: 'disabled', limit: 1 } } } },
    ]);
    expect(JSON.stringify(records)).not.toMatch(/ada@ex|"y"/);
  });

  it('shows one whole, with nothing that a terminal could obey', async () => {
    const whole = {
      ...{ account: { ...account, firstName: 'A\u001bda\u202e' }, state: 'disabled' },
      ...{ disabledAt: time, deletedAt: null, hasPassword: true, identities: [], sessions: [] },
      deliveries: [{ topic: 'password-reset', status: 'dead', lastError: '550' }],
      ...{ contactChanges: [], contactRequests: [] },
    };
    desk.support.getAccountWhole.mockResolvedValue(whole);
    desk.roles.findRolesByAccountId.mockResolvedValue(['support']);

    const { output } = await desk.run('accounts', 'show', id.toUpperCase());

    expect(output).toContain('"hasPassword": true');
    expect(output).toContain('"lastError": "550"');
    expect(output).not.toContain('\u001b');
    expect(output).not.toContain('\u202e');
    expect(JSON.parse(output)).toMatchObject({ firstName: 'A\u001bda\u202e' });
    const shown = { id, state: 'disabled', roles: ['support'], audit: [{ resourceId: id }] };
    expect(await desk.runForJson('accounts', 'show', id)).toMatchObject(shown);
    expect(desk.support.getAccountWhole).toHaveBeenCalledWith({ accountId: id }, asOperator);
    expect(await desk.recorded()).toMatchObject([{ resource_id: id }, { resource_id: id }]);
  });

  it.each([
    ['disable', 'disableAccount', `Account ${id} is disabled.`],
    ['enable', 'enableAccount', `Account ${id} is enabled.`],
    ['end-sessions', 'endSessions', `All sessions of account ${id} have ended.`],
    ['send-reset', 'sendPasswordReset', 'It is good until 2026-01-01T00:00:00.000Z.'],
    ['unlock', 'unlock', `Account ${id} waits for no pause.`],
  ] as const)('does what it says: %s', async (name, method, text) => {
    desk.support[method].mockResolvedValue({ expiresAt: time });

    const { exitCode, output } = await desk.run('accounts', name, id);

    expect([exitCode, output]).toEqual([0, expect.stringContaining(text)]);
    expect(desk.support[method]).toHaveBeenCalledWith({ accountId: id }, asOperator);
    expect(await desk.recorded()).toMatchObject([
      {
        action: 'authz_admin',
        resource_type: 'accounts',
        resource_id: id,
        changes: { command: { new: `accounts ${name}` }, reason: { new: REASON } },
      },
    ]);
  });

  it('sends another code, to one of two', async () => {
    desk.support.resendCode.mockResolvedValue({ expiresAt: time });

    await desk.run('accounts', 'resend-code', id, '--channel', 'phone');

    const resent = { accountId: id, channel: 'phone' };
    expect(desk.support.resendCode).toHaveBeenCalledWith(resent, asOperator);
    expect(await desk.run('accounts', 'resend-code', id)).toMatchObject({ exitCode: 2 });
    expect(await desk.run('accounts', 'resend-code', id, '--channel', 'x')).toMatchObject({
      exitCode: 2,
    });
  });

  it('asks for another contact, of which it records the kind', async () => {
    desk.support.requestContactChange.mockResolvedValue({ id: requestId, expiresAt: time });

    const { output } = await desk.run('accounts', 'change-contact', id, '--email', 'a@example.com');
    await desk.run('accounts', 'change-contact', id, '--phone-number', '+919999999999');

    expect(output).toContain(`Request ${requestId} can be approved until`);
    const { calls } = desk.support.requestContactChange.mock;
    expect(calls.map(([params]) => params as unknown)).toMatchObject([
      { accountId: id, emailAddress: 'a@example.com' },
      { accountId: id, phoneNumber },
    ]);
    const records = await desk.recorded();
    expect(records).toMatchObject([
      { changes: { parameters: { new: { kind: 'email' } } } },
      { changes: { parameters: { new: { kind: 'phone' } } } },
    ]);
    expect(JSON.stringify(records)).not.toMatch(/a@example|9999999999/);
    for (const words of [[], ['--email', 'a@b.c', '--phone-number', '+919999999999']]) {
      expect(await desk.run('accounts', 'change-contact', id, ...words)).toMatchObject({
        exitCode: 2,
      });
    }
  });

  it('lists, approves and refuses what was asked for', async () => {
    const request = {
      ...{ id: requestId, accountId: id, email: 'a@example.com', phoneNumber: null },
      ...{ requestedBy: { type: 'worker', id: 'one' }, requestedAt: time, expiresAt: time },
    };
    desk.support.listContactRequests.mockResolvedValue({ items: [request], nextCursor: null });
    desk.support.approveContactChange.mockResolvedValue({ accountId: id });

    const { output } = await desk.run('accounts', 'contact-requests');
    const approved = await desk.run('--as', 'other', 'accounts', 'approve-contact', requestId);
    const refused = await desk.run('accounts', 'reject-contact', requestId);

    expect(output).toContain(`${requestId}  ${id}  a@example.com  worker one`);
    expect(approved.output).toBe(`The contact of account ${id} is changed.\n`);
    expect(desk.support.approveContactChange).toHaveBeenCalledWith(
      { requestId },
      expect.objectContaining({ actor: { type: 'worker', id: 'other' } }),
    );
    expect(refused.output).toBe(`Request ${requestId} is refused.\n`);
    expect(await desk.recorded()).toMatchObject([
      {},
      { resource_type: 'account_contact_requests', resource_id: requestId },
      { resource_type: 'account_contact_requests', resource_id: requestId },
    ]);
  });

  it('prints what is stored about one', async () => {
    const stored = { account: { id, first_name: 'A\u200dd\u007f\u009ba\u{e0041}\u001b' } };
    desk.accounts.exportData.mockResolvedValue(stored);

    for (const option of [[], ['--json']]) {
      const { output } = await desk.run('accounts', 'export-data', id, ...option);
      expect(JSON.parse(output)).toEqual(stored);
      expect(output.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
    expect(desk.accounts.exportData).toHaveBeenCalledWith({ accountId: id }, asOperator);
  });
});

describe('org-admin sessions', () => {
  it('ends those of all accounts', async () => {
    desk.sessions.endAllSessions.mockResolvedValue({ endedAt: time });

    expect(await desk.run('sessions', 'end-all')).toMatchObject({
      exitCode: 0,
      output: 'Every session that began until 2026-01-01T00:00:00.000Z has ended.\n',
    });
    expect(await desk.recorded()).toMatchObject([
      { resource_type: 'sessions', changes: { reason: { new: REASON } } },
    ]);
  });
});

describe('every command that changes something', () => {
  it.each([
    ['jobs', 'run', 'health'],
    ['jobs', 'replay', id],
    ['notifications', 'replay', id],
    ['events', 'replay', id],
    ['webhooks', 'add', 'https://example.org', '--event', 'account.created'],
    ['webhooks', 'update', id, '--description', 'x'],
    ['webhooks', 'enable', id],
    ['webhooks', 'disable', id],
    ['webhooks', 'remove', id],
    ['webhooks', 'rotate-secret', id],
    ['webhooks', 'test', id],
    ['webhooks', 'replay', id],
    ['keys', 'rotate'],
    ['sessions', 'end-all'],
    ['accounts', 'delete', id],
    ['accounts', 'restore', id],
    ['accounts', 'erase', id, '--yes'],
    ['accounts', 'complete-identities', '--yes'],
    ['accounts', 'disable', id],
    ['accounts', 'enable', id],
    ['accounts', 'end-sessions', id],
    ['accounts', 'send-reset', id],
    ['accounts', 'unlock', id],
    ['accounts', 'resend-code', id, '--channel', 'email'],
    ['accounts', 'change-contact', id, '--email', 'a@example.com'],
    ['accounts', 'approve-contact', id],
    ['accounts', 'reject-contact', id],
    ['accounts', 'export-data', id],
  ])('is refused without a reason: %s %s', async (...words) => {
    const { exitCode, errors } = await desk.runAsGiven(...words);

    expect(exitCode).toBe(2);
    expect(errors).toContain("required option '--reason <text>' not specified");
    expect(await desk.recorded()).toEqual([]);
    for (const reason of ['', '  ', '\u202e', 'x'.repeat(501), '\ud800']) {
      const refused = await desk.runAsGiven(...words, '--reason', reason);
      expect(refused.exitCode).toBe(2);
      expect(refused.errors).toContain(
        'It must be a text of 1 to 500 characters, one of them visible.',
      );
    }
  });
});
