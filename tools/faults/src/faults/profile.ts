import type { Db, Document } from 'mongodb';

import { COLLECTION_NAMES } from '../invariants/stored-documents.ts';
import { OWN_APPLICATION_NAME } from '../stage.ts';

const PROFILE_BYTES = 64 * 1024 * 1024;
const EVERYTHING = 2;

/** What the server's profiler says of one operation, as far as it is looked at. */
interface ProfiledOperation {
  readonly ns: string;
  readonly op: string;
  readonly command?: Document;
  readonly originatingCommand?: Document;
  readonly planSummary?: string;
  readonly docsExamined?: number;
  readonly nreturned?: number;
  readonly nMatched?: number;
  readonly nModified?: number;
  readonly ndeleted?: number;
}

export interface QueryPlan {
  /** Such as `accounts find {username}`. */
  readonly query: string;
  readonly plan: string;
  readonly count: number;
  /** The most that one run examined beyond what it found. */
  readonly excess: number;
}

/** Makes the server write down every operation on a database, from now on. */
export async function startProfiling(database: Db): Promise<void> {
  await database.setProfilingLevel('off');
  await database.dropCollection('system.profile').catch(() => undefined);
  await database.createCollection('system.profile', { capped: true, size: PROFILE_BYTES });
  await database.command({ profile: EVERYTHING });
}

/** How the program looked for documents of the contract's collections since then. */
export async function stopProfiling(database: Db): Promise<QueryPlan[]> {
  await database.setProfilingLevel('off');
  const operations = await database
    .collection<ProfiledOperation>('system.profile')
    .find({ appName: { $ne: OWN_APPLICATION_NAME }, planSummary: { $exists: true } })
    .toArray();
  const plans = operations.filter(looksForDocuments).map((operation) => ({
    query: renderQuery(operation),
    plan: operation.planSummary ?? 'none',
    count: 1,
    excess: excessOf(operation),
  }));
  const groups = Map.groupBy(plans, ({ query, plan }) => `${query} ${plan}`);
  return [...groups.values()].map((group) =>
    group.reduce((all, { excess }) => ({
      ...all,
      count: group.length,
      excess: Math.max(all.excess, excess),
    })),
  );
}

/** Whether a query finds what it looks for by an index, and looks at one document too many at most. */
export function isIndexed({ plan, excess }: QueryPlan): boolean {
  const scans = /\bCOLLSCAN\b/u.test(plan);
  return !scans && /\b(?:IXSCAN|IDHACK|EOF|COUNT_SCAN|DISTINCT_SCAN)\b/u.test(plan) && excess <= 1;
}

/** A change stream follows the log of changes, whose end it knows, and not the collection. */
function looksForDocuments({ ns, command, originatingCommand }: ProfiledOperation): boolean {
  const { pipeline } = (originatingCommand ?? command ?? {}) as { pipeline?: Document[] };
  const isChangeStream = pipeline?.[0]?.['$changeStream'] !== undefined;
  return COLLECTION_NAMES.includes(collectionOf(ns)) && !isChangeStream;
}

/** A change finds what it matches, whether or not it returns it; excess below zero is none. */
function excessOf(operation: ProfiledOperation): number {
  const { docsExamined = 0, nreturned = 0, nMatched = 0, nModified = 0, ndeleted = 0 } = operation;
  return Math.max(0, docsExamined - Math.max(nreturned, nMatched, nModified, ndeleted));
}

function renderQuery({ ns, op, command = {} }: ProfiledOperation): string {
  const filter = (command['filter'] ?? command['query'] ?? command['q'] ?? {}) as Document;
  // What is profiled of these is one change, and not the command.
  const isChange = op === 'update' || op === 'remove';
  const verb = isChange ? op : (Object.keys(command)[0] ?? op);
  return `${collectionOf(ns)} ${verb} {${Object.keys(filter).join(', ')}}`;
}

function collectionOf(ns: string): string {
  return ns.slice(ns.indexOf('.') + 1);
}
