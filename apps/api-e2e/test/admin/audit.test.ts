import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { AdminDesk, reason, type Person } from './admin-desk.ts';

interface AuditBody {
  readonly items: readonly { readonly id: string; readonly [field: string]: unknown }[];
  readonly next_cursor: string | null;
}

let desk: AdminDesk;
let ada: Person;

beforeAll(async () => {
  desk = await AdminDesk.start();
  ada = await desk.person();
});
afterAll(() => desk.close());

async function find(query: string): Promise<AuditBody> {
  const { status, body } = await desk.get(`/admin/audit${query}`);
  expect(status).toBe(200);
  return body as unknown as AuditBody;
}

describe('the audit log', () => {
  it("tells what happened to an account, and doesn't tell its password", async () => {
    const { items } = await find(`?account_id=${ada.id.toUpperCase()}`);

    expect(items.map(({ action }) => action)).toContain('create');
    for (const item of items) {
      expect(item).toMatchObject({ resource_type: 'accounts', resource_id: ada.id });
    }
    expect(items.find(({ action }) => action === 'create')).toMatchObject({
      actor_type: 'anonymous',
      actor_id: null,
      outcome: 'success',
      count: 1,
      changes: { hashed_password: { old: null, new: '[redacted]' } },
    });
  });

  it('tells what an account did, page by page', async () => {
    const everything = await find(`?actor_id=${ada.id}`);
    const first = await find(`?actor_id=${ada.id}&limit=1`);
    expect(first.items).toEqual(everything.items.slice(0, 1));
    const second = await find(`?actor_id=${ada.id}&limit=1&cursor=${String(first.next_cursor)}`);

    expect(second.items).toEqual(everything.items.slice(1, 2));
  });

  it('tells what operators did, and when', async () => {
    await desk.post('/admin/jobs/jobs.health-check/run', { reason });
    const now = desk.test.clock.now().toISOString();

    const { items } = await find(`?resource_type=agendaJobs&resource_id=&from=${now}`);

    expect(items).toMatchObject([
      {
        action: 'authz_admin',
        actor_id: desk.admin.id,
        changes: { operation: { new: 'jobs.run' }, reason: { new: reason } },
      },
    ]);
    expect(await find(`?actor_type=anonymous&to=2026-01-01`)).toEqual({
      items: [],
      next_cursor: null,
    });
  });

  it('records who looked, but no names that were asked for', async () => {
    await find(`?account_id=${ada.id}`);
    await find('?actor_id=Ada%20Lovelace');

    const [byName, byId] = await desk.records('audit.read');
    const shared = { resource_type: 'audit_log', outcome: 'success' };
    const parameters = { new: { actor_id: '[not an id]' } };
    expect(byName).toMatchObject({ ...shared, changes: { parameters } });
    expect(byId).toMatchObject({
      ...shared,
      changes: { parameters: { new: { account_id: ada.id } } },
    });
  });

  it('shows whatever another program stored', async () => {
    const fields = { resource_type: 'notes', resource_id: 'n1', actor_type: 'worker' };
    const base = { ...fields, actor_id: null, outcome: 'success', request_id: 'r', count: 1 };
    const timestamp = desk.test.clock.now();
    const log = desk.collection('audit_log');
    const changes = { a: { old: [1, { b: null }], new: new Date(0) }, c: { old: 1.5, new: true } };
    const good = { ...base, action: 'create', changes, timestamp, created_at: timestamp };
    await log.insertOne(good, { bypassDocumentValidation: true });
    const odd = { ...good, _id: undefined, action: 7, changes: 'many' };
    await log.insertOne({ ...odd, _id: 'odd' as never }, { bypassDocumentValidation: true });
    await log.insertOne(
      { ...good, _id: 'nan' as never, count: NaN },
      { bypassDocumentValidation: true },
    );

    const { items } = await find('?resource_type=notes&resource_id=n1');

    expect(items).toContainEqual(
      expect.objectContaining({
        changes: {
          a: { old: [1, { b: null }], new: '1970-01-01T00:00:00.000Z' },
          c: { old: 1.5, new: true },
        },
      }),
    );
  });

  it.each([
    'account_id=64b000000000000000000001&actor_id=64b000000000000000000001',
    'resource_type=accounts',
    'resource_id=64b000000000000000000001',
    'actor_type=robot&actor_id=1',
    'actor_type=anonymous&actor_id=1',
    'actor_type=worker',
    'from=yesterday',
    'from=2026-02-30',
    'to=2026-13-01',
    'from=2026-01-01&from=2026-01-02',
    'limit=0',
    'limit=many',
  ])('takes no ?%s', async (query) => {
    expect(await desk.get(`/admin/audit?${query}`)).toMatchObject({
      status: 400,
      body: { code: 'ADMIN_ERR_01' },
    });
  });

  it('takes no cursor of another list', async () => {
    expect(await desk.get('/admin/audit?cursor=64b000000000000000000001')).toMatchObject({
      status: 400,
      body: { code: 'AUDIT_ERR_01' },
    });
  });
});
