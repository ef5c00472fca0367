import { AuditService } from '@org/audit';
import {
  collect,
  createThrowawayDatabase,
  FakeClock,
  type ThrowawayDatabase,
} from '@org/core/testing';
import type { Document } from 'mongodb';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { account, context } from './context.ts';

const RECORDS = 2_000;
const LIMIT = 10;
const note = { resourceType: 'notes', resourceId: '64b00000000000000000000a' };
const actor = { actorType: 'account', actorId: account.id } as const;
const clock = new FakeClock();
let throwaway: ThrowawayDatabase;
let audit: AuditService;
const commands: Document[] = [];

beforeAll(async () => {
  throwaway = await createThrowawayDatabase({
    uri: inject('mongodbUri'),
    clock,
    monitorCommands: true,
  });
  audit = AuditService.create({ database: throwaway.database });
  await audit.initialize();
  // All of one actor and resource: an index that only narrows to those would read them all.
  for (let stored = 0; stored < RECORDS; stored += 5) {
    await audit.record(
      Array.from({ length: 5 }, () => ({ ...note, action: 'update', subjectDigest: 'ada' })),
      context,
    );
    clock.advance(1);
  }
  throwaway.database.client.on('commandStarted', ({ command }) => commands.push(command));
});
afterAll(async () => {
  await throwaway.remove();
});

/** What the server did for each command that the work sent. */
async function explain(work: () => Promise<unknown>): Promise<Document[]> {
  commands.length = 0;
  await work();
  const plans: Document[] = [];
  for (const command of commands.splice(0).filter(isExplainable).map(withoutEnvelope)) {
    plans.push(
      await throwaway.database.driver.command({ explain: command, verbosity: 'executionStats' }),
    );
  }
  return plans;
}

/** What the driver adds to a command when it sends it. */
function withoutEnvelope(command: Document): Document {
  const envelope = ['lsid', '$clusterTime', '$db', 'txnNumber'];
  return Object.fromEntries(Object.entries(command).filter(([name]) => !envelope.includes(name)));
}

/** Names of all stages, from the outermost to the innermost. */
function stagesOf(plan: Document): string[] {
  const text = JSON.stringify(plan['queryPlanner'].winningPlan);
  return [...text.matchAll(/"stage":"(\w+)"/g)].map(([, stage]) => stage!);
}

function examined(plan: Document): number {
  return plan['executionStats'].totalDocsExamined as number;
}

describe('a query of the audit log', () => {
  const middle = new Date(clock.now().getTime() + RECORDS / 10);

  it.each([
    ['by resource', (page: object) => audit.findRecordsByResource({ ...note, ...page }, context)],
    [
      'by subject',
      (page: object) => audit.findRecordsBySubject({ subjectDigest: 'ada', ...page }, context),
    ],
    ['by actor', (page: object) => audit.findRecordsByActor({ ...actor, ...page }, context)],
    ['by time', (page: object) => audit.findRecordsByTime(page, context)],
    [
      'by time from the middle on',
      (page: object) => audit.findRecordsByTime({ from: middle, ...page }, context),
    ],
    [
      'by resource up to the middle',
      (page: object) => audit.findRecordsByResource({ ...note, to: middle, ...page }, context),
    ],
  ])('%s reads what it answers from an index and little more', async (_by, query) => {
    const { nextCursor } = await query({ limit: LIMIT });

    for (const page of [{ limit: LIMIT }, { limit: LIMIT, cursor: nextCursor }]) {
      const plans = await explain(() => query(page));

      expect(plans.length).toBeGreaterThan(0);
      for (const plan of plans) {
        expect(stagesOf(plan)).toContain('IXSCAN');
        expect(stagesOf(plan)).not.toContain('COLLSCAN');
        expect(examined(plan)).toBeLessThanOrEqual(LIMIT + 1);
      }
    }
  });

  it('by subject and resource reads what it answers from an index of each', async () => {
    const query = (page: object) =>
      audit.findRecordsBySubject({ subjectDigest: 'ada', resource: note, ...page }, context);
    const { nextCursor } = await query({ limit: LIMIT });

    for (const page of [{ limit: LIMIT }, { limit: LIMIT, cursor: nextCursor }]) {
      for (const plan of await explain(() => query(page))) {
        expect(stagesOf(plan)).not.toContain('COLLSCAN');
        expect(examined(plan)).toBeLessThanOrEqual(2 * (LIMIT + 2));
      }
    }
  });

  const { signal } = new AbortController();
  it.each([
    ['an export', () => collect(audit.exportRecordsByActor({ actorId: 'nobody' }, context))],
    ['forgetting', () => audit.eraseChanges({ resources: [note], signal }, context)],
    [
      'a pseudonymisation',
      () => audit.pseudonymizeActor({ actorId: 'nobody', pseudonym: 'somebody', signal }, context),
    ],
    [
      'a subject that is forgotten',
      () =>
        audit.forgetSubject(
          { subjectDigest: 'nobody', from: new Date(0), to: clock.now() },
          context,
        ),
    ],
    ['the retention', () => audit.deleteExpiredRecords(context)],
  ])('for %s is an index scan', async (_for, work) => {
    const plans = await explain(work);

    expect(plans.length).toBeGreaterThan(0);
    for (const plan of plans) {
      expect(stagesOf(plan)).toContain('IXSCAN');
      expect(stagesOf(plan)).not.toContain('COLLSCAN');
    }
  });

  it('for a pseudonymisation passes over everybody else, although it names no type', async () => {
    const plans = await explain(() =>
      audit.pseudonymizeActor(
        { actorId: '64b0000000000000000000aa', pseudonym: 'somebody', signal },
        context,
      ),
    );

    expect(plans.map((plan) => Number(plan['executionStats'].totalKeysExamined))).toEqual(
      plans.map(() => expect.toSatisfy((keys: number) => keys < 20) as number),
    );
  });
});

/** What goes on with a cursor has the plan of what opened it. */
function isExplainable(command: Document): boolean {
  return !('getMore' in command);
}
