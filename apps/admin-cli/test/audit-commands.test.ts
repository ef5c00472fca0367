import { OperationContext } from '@org/core';
import { beforeEach, describe, expect, it } from 'vitest';

import { openDesk } from './operator-desk.ts';

const accountId = '64b000000000000000000001';
const noteId = '64b00000000000000000000a';
const context = OperationContext.create({
  actor: { type: 'account', id: accountId },
  requestId: 'request-1',
});
const PHONE_NUMBER = { phoneNumber: { countryCode: '+91', phoneNumber: '9999999999' } };

const desk = await openDesk();

beforeEach(async () => {
  for (const action of ['create', 'update', 'delete']) {
    await desk.audit.record(
      [
        {
          resourceType: 'notes',
          resourceId: noteId,
          action,
          changes: { title: { old: null, new: 'first' }, share_token: { old: null, new: 'abc' } },
        },
      ],
      context,
    );
    desk.clock.advance(60_000);
  }
});

async function actionsOf(...words: string[]): Promise<string[]> {
  const { items } = await desk.runForJson('audit', 'query', ...words);
  return (items as { action: string }[]).map(({ action }) => action);
}

describe('org-admin audit query', () => {
  it('prints a table', async () => {
    const start = desk.clock.now().getTime() - 60_000;

    const { exitCode, output } = await desk.run('audit', 'query', '--resource', 'notes', noteId);

    expect(exitCode).toBe(0);
    const [headings, first, ...others] = output.trimEnd().split('\n');
    expect(headings).toMatch(
      /^TIME +ACTOR +ACTION +REASON +OUTCOME +RESOURCE +CHANGES +SOURCE +REQUEST$/,
    );
    expect(first).toContain(new Date(start).toISOString());
    expect(first).toContain(`account ${accountId}  delete`);
    expect(first).toContain('title: "first", share_token: "[redacted]"');
    expect(others).toHaveLength(2);
  });

  it('shows what operators did and why, whole unless a terminal shows it', async () => {
    const reason = `because ${'x'.repeat(492)}`;
    const by = (name: string) => ({
      [name]: { old: null, new: 'accounts disable' },
      parameters: { old: null, new: { channel: 'email', limit: null } },
      reason: { old: null, new: reason },
    });
    const record = { resourceType: 'accounts', resourceId: accountId, action: 'authz_admin' };
    await desk.audit.record([{ ...record, changes: by('command') }], context);
    await desk.audit.record([{ ...record, changes: by('operation') }], context);
    const query = ['audit', 'query', '--resource', 'accounts', accountId] as const;

    const { output } = await desk.run(...query);

    const [headings, ...lines] = output.trimEnd().split('\n');
    expect(headings?.split(/ +/).slice(2, 4)).toEqual(['ACTION', 'REASON']);
    expect(lines.map((line) => line.split(/ {2,}/).slice(2, 7))).toEqual([
      ['accounts disable', reason, 'success', `accounts ${accountId}`, 'channel: "email"'],
      ['accounts disable', reason, 'success', `accounts ${accountId}`, 'channel: "email"'],
    ]);
    expect(output).not.toMatch(/null|[{}]/);

    desk.width = 200;
    const shown = (await desk.run(...query)).output.trimEnd().split('\n');
    expect(shown[1]).toContain(`because ${'x'.repeat(30)}`);
    expect(shown.every(({ length }) => length <= 200)).toBe(true);
    desk.width = 80;
    expect((await desk.run(...query)).output).toContain(`  because ${'x'.repeat(31)}…  success`);
  });

  it('shows what an erasure left of what operators did', async () => {
    const erased = { old: null, new: '[erased]' };
    const changes = { command: erased, parameters: erased, reason: erased };
    const record = { resourceType: 'accounts', resourceId: accountId, action: 'authz_admin' };
    await desk.audit.record([{ ...record, changes }], context);

    const { output } = await desk.run('audit', 'query', '--resource', 'accounts', accountId);

    const [, line = ''] = output.trimEnd().split('\n');
    expect(line.split(/ {2,}/).slice(2, 7)).toEqual([
      ...['[erased]', '[erased]', 'success', `accounts ${accountId}`, '[erased]'],
    ]);
  });

  it('shows what a value was, and is', async () => {
    const changes = { title: { old: 'first', new: null } };
    const record = { resourceType: 'notes', resourceId: accountId, action: 'update', changes };
    await desk.audit.record([record], context);

    const { output } = await desk.run('audit', 'query', '--resource', 'notes', accountId);

    expect(output).toContain('title: "first" → null');
  });

  it('prints the records as JSON', async () => {
    const page = await desk.runForJson('audit', 'query', '--resource', 'notes', noteId);

    expect(page).toMatchObject({ nextCursor: null });
    expect(page.items).toHaveLength(3);
    expect(page.items[0]).toMatchObject({
      resourceType: 'notes',
      resourceId: noteId,
      actorType: 'account',
      actorId: accountId,
      action: 'delete',
      requestId: 'request-1',
      changes: { share_token: { old: null, new: '[redacted]' } },
    });
  });

  it('finds by resource, actor and time', async () => {
    const start = desk.clock.now().getTime() - 3 * 60_000;
    const from = new Date(start + 60_000).toISOString();
    const to = new Date(start + 120_000).toISOString();

    expect(await actionsOf('--resource', 'notes', noteId)).toEqual(['delete', 'update', 'create']);
    expect(await actionsOf('--resource', 'notes', accountId)).toEqual([]);
    expect(await actionsOf('--actor', 'account', accountId)).toHaveLength(3);
    expect(await actionsOf('--actor', 'anonymous')).toEqual([]);
    expect(await actionsOf('--from', from, '--to', to)).toEqual(['update']);
    expect(await actionsOf('--actor', 'account', accountId, '--to', to)).toEqual([
      'update',
      'create',
    ]);
  });

  it.each([
    ['username', 'ada.lovelace', { username: 'ada.lovelace' }],
    ['phone-number', '+919999999999', PHONE_NUMBER],
    ['phone-number', '+91 99999 99999', PHONE_NUMBER],
    ['phone-number', '+９１９９９９９９９９９９', PHONE_NUMBER],
  ])(
    'finds by %s what was tried with it, and its account, and records no name',
    async (option, name, asked) => {
      desk.accounts.findSubject.mockResolvedValue({ subjectDigest: 'digest', accountId });
      const failure = { resourceType: 'accounts', resourceId: '', action: 'authn_login_fail' };
      await desk.audit.record(
        [
          { ...failure, subjectDigest: 'digest' },
          { ...failure, subjectDigest: 'another' },
          { ...failure, resourceId: accountId, action: 'update' },
        ],
        context,
      );

      expect((await actionsOf(`--${option}`, name)).sort()).toEqual(['authn_login_fail', 'update']);

      expect(desk.accounts.findSubject).toHaveBeenCalledWith(asked, expect.anything());
      const recorded = await desk.records().findOne({ action: 'authz_admin' });
      expect(JSON.stringify(recorded)).not.toContain(name);
    },
  );

  it('shows nothing that it records itself, so that a page has room for the rest', async () => {
    desk.accounts.findSubject.mockImplementation(async (_named, operator) => {
      const read = { resourceType: 'accounts', resourceId: accountId, action: 'read' };
      await desk.audit.record([read], operator);
      return { subjectDigest: 'digest', accountId };
    });
    const failure = { resourceType: 'accounts', resourceId: '', action: 'authn_login_fail' };
    await desk.audit.record([{ ...failure, subjectDigest: 'digest' }], context);

    const shown = await actionsOf('--username', 'ada', '--limit', '1');

    expect(shown).toEqual(['authn_login_fail']);
    expect(await desk.records().countDocuments({ action: 'read' })).toBe(1);
  });

  it('finds by an id in any case, and records it as it is stored', async () => {
    expect(await actionsOf('--resource', 'notes', noteId.toUpperCase())).toHaveLength(3);
    expect(await actionsOf('--actor', 'account', accountId.toUpperCase())).toHaveLength(3);

    const records = await desk.records().find({ action: 'authz_admin' }).toArray();
    expect(JSON.stringify(records)).toContain(noteId);
    expect(JSON.stringify(records)).toContain(accountId);
  });

  it('tells how to go on, and goes on', async () => {
    const query = ['audit', 'query', '--resource', 'notes', noteId, '--limit', '2'];

    const { output } = await desk.run(...query);

    const cursor = /More with: --cursor (\S+)$/.exec(output.trimEnd())![1]!;
    expect(await actionsOf(...query.slice(2), '--cursor', cursor)).toEqual(['create']);
  });

  it('says so when there is nothing', async () => {
    const { output } = await desk.run('audit', 'query', '--actor', 'worker', 'nobody');

    expect(output).toBe('None.\n');
  });

  it('is recorded itself, with what was asked for', async () => {
    await desk.run('audit', 'query', '--actor', 'account', accountId, '--as', 'ada');

    expect(await desk.records().findOne({ action: 'authz_admin' })).toMatchObject({
      resource_type: 'audit_log',
      resource_id: '',
      actor_type: 'worker',
      actor_id: 'ada',
      outcome: 'success',
      changes: {
        command: { new: 'audit query' },
        parameters: { new: { actor: ['account', accountId] } },
      },
    });
  });

  it('shows no control character that a client sent', async () => {
    const changes = { title: { old: null, new: '\u001b]0;owned\u0007 \u009b31m \u202eabc' } };
    await desk.audit.record(
      [{ resourceType: 'notes', resourceId: accountId, action: 'create', changes }],
      context,
    );

    const { output } = await desk.run('audit', 'query', '--resource', 'notes', accountId);

    expect(output).toContain('\\u001b]0;owned\\u0007 \\u{9b}31m \\u{202e}abc');
    expect(output.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it.each([
    ['both a resource and an actor', ['--resource', 'notes', noteId, '--actor', 'job', noteId]],
    ['a resource without an id', ['--resource', 'notes']],
    ['a resource with too much', ['--resource', 'notes', noteId, noteId]],
    ['an actor of no known type', ['--actor', 'robot', noteId]],
    ['an actor without an id', ['--actor', 'account']],
    ['an id of the anonymous', ['--actor', 'anonymous', noteId]],
    ['a time that is none', ['--from', 'yesterday']],
    ['a day that is none', ['--from', '2026-13-01']],
    ['a day that no month has', ['--from', '2026-02-30']],
    ['a time without a zone', ['--to', '2026-01-01T12:00']],
    ['a limit that is none', ['--limit', 'many']],
    ['a limit of 0', ['--limit', '0']],
  ])('does not understand %s', async (_what, words) => {
    const { exitCode, output, errors } = await desk.run('audit', 'query', ...words);

    expect(exitCode).toBe(2);
    expect(output).toBe('');
    expect(errors).toMatch(/^error: .+\n$/);
  });

  it('fails for a cursor that is none, and the attempt is recorded', async () => {
    const { exitCode, output, errors } = await desk.run('audit', 'query', '--cursor', 'none');

    expect(exitCode).toBe(1);
    expect(output).toBe('');
    expect(errors).toBe('cursor must be one that a page of audit records came with\n');
    expect(await desk.records().findOne({ action: 'authz_admin' })).toMatchObject({
      outcome: 'failure',
    });
  });
});
