import { describe, expect, it } from 'vitest';

import { INDEX_LISTENER, type Entry, type Page } from '../../src/pages/pages.ts';
import { findProblems, findUnnoticed, type Story } from '../../src/pages/story.ts';

function page(number: number, book = 'a'): Page {
  return { pageId: `${book}${number}`, book, number, isPoison: number === 2 };
}

function entry(number: number, place: number): Entry {
  return { ...page(number), place, attempt: 1 };
}

function print(number: number) {
  return { ...page(number), key: `key ${number}` };
}

/** Three pages, the second of them poison. The first was printed again when the second had been. */
const story: Story = {
  acknowledged: ['a1', 'a3'],
  pages: [page(1), page(2), page(3)],
  entries: [entry(3, 2), entry(1, 1)],
  prints: [print(1), print(2), print(1), print(3)],
  dead: [{ listener: INDEX_LISTENER, pageId: 'a2' }],
};

/** The problems that there are in a story that differs in this, each with what it is about. */
function problemsWith(different: Partial<Story>) {
  const found = Object.entries(findProblems({ ...story, ...different }));
  return Object.fromEntries(found.filter(([, names]) => names.length > 0));
}

describe(findProblems, () => {
  it('finds nothing where every page was heard of once and in order, or is dead', () => {
    expect(problemsWith({})).toEqual({});
  });

  it('finds a page that is lost to one listener', () => {
    const lost = { 'pages that a listener did not hear of': ['a, page 3'] };
    expect(problemsWith({ entries: [entry(1, 1)] })).toEqual(lost);
    expect(problemsWith({ prints: [print(1), print(2)] })).toEqual(lost);
  });

  it('finds a dead letter of a page that is no poison', () => {
    const dead = [...story.dead, { listener: 'press', pageId: 'a1' }];
    expect(problemsWith({ dead })).toEqual({
      'dead letters missing, or other than expected': ['press a1'],
    });
  });

  it('finds each page that came after a later one of its book, and of no other', () => {
    expect(problemsWith({ entries: [entry(1, 2), entry(3, 1)] })).toEqual({
      'effects in MongoDB out of order': ['a, page 1'],
    });
    const another = page(1, 'b');
    expect(
      problemsWith({
        pages: [...story.pages, another],
        entries: [...story.entries, { ...another, place: 1, attempt: 1 }],
        prints: [...story.prints, { ...another, key: 'key b' }],
      }),
    ).toEqual({});
  });
});

describe(findUnnoticed, () => {
  it('finds nothing: every tampering is noticed', () => {
    expect(findUnnoticed(story)).toEqual([]);
  });

  it('says what there was nothing to tamper with for', () => {
    expect(findUnnoticed({ ...story, dead: [], pages: [page(1)] })).toContain(
      'dead letters missing, or other than expected',
    );
  });
});
