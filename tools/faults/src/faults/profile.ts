import type { Db, Document } from 'mongodb';

import { COLLECTION_NAMES } from '../invariants/stored-documents.ts';
import { OWN_APPLICATION_NAME } from '../stage.ts';

const PROFILE_BYTES = 64 * 1024 * 1024;
const EVERYTHING = 2;
/** Of these, what is profiled is one change, and not the command. */
const CHANGES = new Set(['update', 'remove']);

type Counts = Readonly<
  Partial<Record<'docsExamined' | 'nreturned' | 'nMatched' | 'nModified' | 'ndeleted', number>>
>;

/** What the server's profiler says of one operation, as far as it is looked at. */
export interface ProfiledOperation extends Counts {
  readonly ns: string;
  readonly op: string;
  readonly appName?: string;
  readonly command?: Document;
  readonly originatingCommand?: Document;
  readonly planSummary?: string;
}

/** The same query, however often it ran. */
export interface QueryPlan {
  /** Such as `accounts find`. */
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

/** What the program did to the contract's collections since then. */
export async function stopProfiling(database: Db): Promise<ProfiledOperation[]> {
  await database.setProfilingLevel('off');
  const operations = await database
    .collection('system.profile')
    .find({ appName: { $ne: OWN_APPLICATION_NAME } })
    .toArray();
  return operations as unknown as ProfiledOperation[];
}

/** The operations that look for documents, by what they look for. */
export function summarizePlans(operations: readonly ProfiledOperation[]): QueryPlan[] {
  const groups = Map.groupBy(
    operations.filter(looksForDocuments),
    (operation) => `${renderQuery(operation)} ${operation.planSummary ?? 'none'}`,
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined
      ? []
      : {
          query: renderQuery(first),
          plan: first.planSummary ?? 'none',
          count: group.length,
          excess: Math.max(0, ...group.map(excessOf)),
        };
  });
}

/** Whether a query finds what it looks for by an index, and looks at one document too many at most. */
export function isIndexed({ plan, excess }: QueryPlan): boolean {
  const scans = /\bCOLLSCAN\b/u.test(plan);
  return !scans && /\b(?:IXSCAN|IDHACK|EOF|COUNT_SCAN|DISTINCT_SCAN)\b/u.test(plan) && excess <= 1;
}

function looksForDocuments(operation: ProfiledOperation): boolean {
  const { ns, planSummary } = operation;
  const isKnown = COLLECTION_NAMES.includes(collectionOf(ns));
  return isKnown && planSummary !== undefined && !isChangeStream(operation);
}

/** It follows the log of changes, whose end it knows, and not the collection. */
function isChangeStream({ command, originatingCommand }: ProfiledOperation): boolean {
  const { pipeline } = (originatingCommand ?? command ?? {}) as { pipeline?: Document[] };
  return pipeline?.[0]?.['$changeStream'] !== undefined;
}

/** A change finds what it matches, whether or not it returns it. */
function excessOf(operation: ProfiledOperation): number {
  const { docsExamined = 0, nreturned = 0, nMatched = 0, nModified = 0, ndeleted = 0 } = operation;
  return docsExamined - Math.max(nreturned, nMatched, nModified, ndeleted);
}

function renderQuery({ ns, op, command = {} }: ProfiledOperation): string {
  const filter = (command['filter'] ?? command['query'] ?? command['q'] ?? {}) as Document;
  const verb = CHANGES.has(op) ? op : (Object.keys(command)[0] ?? op);
  return `${collectionOf(ns)} ${verb} {${Object.keys(filter).join(', ')}}`;
}

function collectionOf(ns: string): string {
  return ns.slice(ns.indexOf('.') + 1);
}
