import { INDEX_LISTENER, type Entry, type Page } from './pages.ts';
import type { Print } from './press.ts';

/** What was written, and what became of it. */
export interface Story {
  /** Ids of pages whose transaction was acknowledged. */
  readonly acknowledged: readonly string[];
  readonly pages: readonly Page[];
  readonly entries: readonly Entry[];
  /** In the order in which they came. */
  readonly prints: readonly Print[];
  /** Dead letters. */
  readonly dead: readonly { readonly listener: string; readonly pageId: string }[];
}

export type Problem = keyof ReturnType<typeof findProblems>;

/** What there must be none of in a story. */
export function findProblems({ acknowledged, pages, entries, prints, dead }: Story) {
  const known = new Set(pages.map(({ pageId }) => pageId));
  const indexed = new Set(entries.map(({ pageId }) => pageId));
  const printed = new Set(prints.map(({ pageId }) => pageId));
  const buried = dead.map(({ listener, pageId }) => `${listener} ${pageId}`);
  const poisoned = pages
    .filter(({ isPoison }) => isPoison)
    .map(({ pageId }) => `${INDEX_LISTENER} ${pageId}`);
  const firstPrints = withoutRepeatedKeys(prints);
  return {
    'acknowledged pages that are not there': acknowledged.filter((id) => !known.has(id)),
    'pages that a listener did not hear of': pages
      .filter(({ pageId, isPoison }) => !printed.has(pageId) || (!isPoison && !indexed.has(pageId)))
      .map(nameOf),
    'effects in MongoDB that are there twice': findRepeated(entries),
    'effects outside that came twice, and not by the same key': findRepeated(firstPrints),
    'effects in MongoDB of attempts that failed': entries
      .filter(({ isPoison }) => isPoison)
      .map(nameOf),
    'effects in MongoDB out of order': findOutOfOrder(
      entries.toSorted((left, right) => left.place - right.place),
    ),
    'effects outside out of order': findOutOfOrder(firstPrints),
    'events of transactions that were rolled back': [...entries, ...prints, ...dead]
      .filter(({ pageId }) => !known.has(pageId))
      .map(({ pageId }) => pageId),
    'dead letters missing, or other than expected': [
      ...poisoned.filter((each) => !buried.includes(each)),
      ...buried.filter((each) => !poisoned.includes(each)),
    ],
  };
}

type Tampering = (story: Story) => Partial<Story>;

/** What a queue without one of its safeguards would leave, by the problem that it must be. */
const TAMPERINGS: Readonly<Record<Problem, Tampering>> = {
  'acknowledged pages that are not there': ({ pages, acknowledged }) => ({
    pages: pages.filter(({ pageId }) => pageId !== acknowledged[0]),
  }),
  'pages that a listener did not hear of': ({ entries }) => ({ entries: entries.slice(1) }),
  'effects in MongoDB that are there twice': ({ entries }) => ({
    entries: [...entries, ...entries.slice(0, 1)],
  }),
  'effects outside that came twice, and not by the same key': ({ prints }) => ({
    prints: [...prints, ...prints.slice(0, 1).map((print) => ({ ...print, key: 'another' }))],
  }),
  'effects in MongoDB of attempts that failed': ({ entries, pages }) => ({
    entries: [
      ...entries,
      ...pages
        .filter(({ isPoison }) => isPoison)
        .map((page) => ({ ...page, place: Infinity, attempt: 1 })),
    ],
  }),
  'effects in MongoDB out of order': ({ entries }) => ({
    entries: entries.map((entry) => ({ ...entry, place: -entry.place })),
  }),
  'effects outside out of order': ({ prints }) => ({ prints: prints.toReversed() }),
  'events of transactions that were rolled back': ({ prints }) => ({
    prints: [...prints, ...prints.slice(0, 1).map((print) => ({ ...print, pageId: 'unknown' }))],
  }),
  'dead letters missing, or other than expected': ({ dead }) => ({ dead: dead.slice(1) }),
};

/** Tampers with a story in every way. @returns the problems that were not noticed */
export function findUnnoticed(story: Story): readonly Problem[] {
  const problems = Object.keys(TAMPERINGS) as Problem[];
  return problems.filter((problem) => {
    const tampered = { ...story, ...TAMPERINGS[problem](story) };
    return findProblems(tampered)[problem].length <= findProblems(story)[problem].length;
  });
}

function nameOf({ book, number }: Page): string {
  return `${book}, page ${number}`;
}

function findRepeated(pages: readonly Page[]): string[] {
  const groups = Map.groupBy(pages, ({ pageId }) => pageId);
  return [...groups.values()].flatMap((same) => same.slice(1).map(nameOf));
}

function withoutRepeatedKeys(prints: readonly Print[]): readonly Print[] {
  const keys = new Set<string>();
  return prints.filter(({ key }) => {
    const isFirst = !keys.has(key);
    keys.add(key);
    return isFirst;
  });
}

/** @param pages in the order in which they came */
function findOutOfOrder(pages: readonly Page[]): string[] {
  const last = new Map<string, number>();
  return pages
    .filter(({ book, number }) => {
      const isLate = number < (last.get(book) ?? 0);
      last.set(book, number);
      return isLate;
    })
    .map(nameOf);
}
