import { ObjectId } from 'mongodb';
import { beforeEach, describe, expect, it } from 'vitest';

import { ada, bob, operator, RoleTestBed } from './services.ts';

const GRANTS = 5_000;

let bed: RoleTestBed;

beforeEach(async () => {
  bed = await RoleTestBed.create();
  await bed.allow(ada, 'reader', 'accounts.read');
  await bed.grant(ada, 'admin');
  const time = bed.clock.now();
  await bed.database.collection('role_grants').insertMany(
    Array.from({ length: GRANTS }, () => ({
      account_id: new ObjectId().toHexString(),
      roles: ['support'],
      created_at: time,
      updated_at: time,
    })),
  );
  await bed.database.collection('roles').insertMany(
    Array.from({ length: 150 }, (_, index) => ({
      name: `r${index}`,
      permissions: [],
      created_at: time,
      updated_at: time,
    })),
  );
});

/** How the server ran what `work` asked. */
async function plansOf(work: () => Promise<unknown>) {
  const { driver } = bed.database;
  await driver.command({ profile: 2 });
  await work();
  await driver.command({ profile: 0 });
  const profile = driver.collection('system.profile');
  const ns = new RegExp(`^${bed.databaseName}\\.role`, 'u');
  const op = { $in: ['query', 'command', 'update', 'remove'] };
  const profiled = await profile.find({ ns, op, planSummary: { $exists: true } }).toArray();
  await profile.drop();
  return profiled.map(({ ns: of, planSummary, docsExamined, nreturned, command }) => ({
    of: String(of).split('.')[1],
    plan: String(planSummary),
    examined: Number(docsExamined),
    returned: Number(nreturned ?? 0),
    command: Object.keys(command as object)[0],
  }));
}

describe('queries', () => {
  it.each([
    ['a permission', () => bed.permissionsOf(ada)],
    ['who has a role', () => bed.roles.listGrants({ role: 'admin' }, operator)],
    ['a page of grants', () => bed.roles.listGrants({ limit: 10 }, operator)],
    ['giving a role', () => bed.roles.grantRole({ accountId: bob, role: 'support' }, operator)],
    ['whether a role is given', () => bed.roles.removeRole({ name: 'r7' }, operator)],
  ])('for %s scan an index, and read little', async (_what, work) => {
    const plans = await plansOf(work);

    expect(plans.length).toBeGreaterThan(0);
    for (const plan of plans) {
      expect(plan, JSON.stringify(plan)).toMatchObject({
        plan: expect.stringMatching(/IXSCAN|IDHACK|EXPRESS/u),
      });
      expect(plan.examined, JSON.stringify(plan)).toBeLessThan(20);
    }
  });
});
