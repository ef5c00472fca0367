import { toAsciiDigits, toNameKey } from '@org/core';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

const COLLATION = { locale: 'en', strength: 2 };
const ASSIGNED = /^[^\p{Cn}\p{Cs}\p{Co}]$/u;

/** What no username has; see `normalizeUsername` of the account module. */
const REFUSED = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

let client: MongoClient;

beforeAll(async () => {
  client = await MongoClient.connect(inject('mongodbUri'));
});
afterAll(async () => {
  await client.db(`name-key-${process.pid}`).dropDatabase();
  await client.close();
});

/** Groups of strings that the server's index would refuse as the same. */
async function groupByCollation(strings: Iterable<string>): Promise<readonly string[][]> {
  const collection = client.db(`name-key-${process.pid}`).collection('names');
  await collection.deleteMany({});
  const documents = [...new Set(strings)].map((name) => ({ name }));
  await collection.insertMany(documents, { ordered: false });
  const groups = await collection
    .aggregate<{ all: string[] }>(
      [
        { $group: { _id: '$name', all: { $push: '$name' } } },
        { $match: { 'all.1': { $exists: true } } },
      ],
      { collation: COLLATION, allowDiskUse: true },
    )
    .toArray();
  return groups.map(({ all }) => all);
}

function* assignedCharacters(): Iterable<string> {
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint += 1) {
    const isHanOrHangul =
      (codePoint >= 0x3400 && codePoint <= 0x9fff) ||
      (codePoint >= 0xac00 && codePoint <= 0xd7a3) ||
      (codePoint >= 0x17000 && codePoint <= 0x18aff) ||
      (codePoint >= 0x20000 && codePoint <= 0x3ffff);
    // These are as many as all others together, and have neither case nor variants but by NFKD.
    if (!isHanOrHangul && ASSIGNED.test(String.fromCodePoint(codePoint))) {
      yield String.fromCodePoint(codePoint);
    }
  }
}

/** Names as they are stored: alone, before, between and after others, in either case. */
function* namesWith(character: string): Iterable<string> {
  for (const form of [character, character.toLowerCase(), character.toUpperCase()]) {
    for (const name of [form, `x${form}`, `x${form}y`]) {
      yield name.normalize('NFKC').trim();
    }
  }
}

function toldApart(groups: readonly string[][]): readonly string[][] {
  return groups.filter((names) => new Set(names.map(toNameKey)).size > 1);
}

function groupByKey(names: Iterable<string>): readonly string[][] {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const key = toNameKey(name);
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

describe(toNameKey, () => {
  const names = [
    ...new Set(
      [...assignedCharacters(), '\u0378'].flatMap((character) => [...namesWith(character)]),
    ),
    'x',
    'xy',
  ];

  it('is one for whatever the collation of the index takes for the same', async () => {
    expect(toldApart(await groupByCollation(names))).toEqual([]);
  });

  it('is one for nothing else', async () => {
    const storable = names.filter((name) => !REFUSED.test(name));
    const groups = groupByKey(storable);
    const joined = await groupByCollation(groups.flat());
    const number = new Map(joined.flatMap((group, index) => group.map((name) => [name, index])));

    const isOne = (group: readonly string[]) =>
      new Set(group.map((name) => number.get(name) ?? name)).size === 1;
    expect(groups.filter((group) => !isOne(group))).toEqual([]);
  });

  it.each([
    ['ẞ and ß', 'STRAẞE', 'straße'],
    ['final and other sigma', 'ΟΔΥΣΣΕΥΣ', 'οδυσσευς'],
    ['the Kelvin sign', '\u212a', 'k'],
    ['full width', 'ＡＤＡ', 'ada'],
    ['ligatures', 'ﬁn', 'FIN'],
    ['Cherokee', 'Ꭰ', 'ꭰ'],
    ['hiragana and katakana', 'さくら', 'サクラ'],
    ['digits of other scripts', 'ada٧', 'ada7'],
    ['what does not show', 'a\u200bd\u00ada\ufe0f', 'ada'],
    ['composed and decomposed', 'é', 'e\u0301'],
    ['vowels written before their consonant', 'เก', 'กเ'],
  ])('does not tell apart %s', (_what, one, other) => {
    expect(toNameKey(one)).toBe(toNameKey(other));
  });

  it.each([
    ['an accent', 'josé', 'jose'],
    ['a dotless i', 'ı', 'i'],
    ['a full stop', 'a.da', 'ada'],
    ['a sign', 'ada+1', 'ada1'],
    ['a blank', 'ada lovelace', 'adalovelace'],
    ['ß, which is not ss', 'straße', 'strasse'],
    ['capitals that the collation does not know', '\u1c90\u1c93\u1c90', '\u10d0\u10d3\u10d0'],
    ['digits that the collation does not know', 'ada\u{116db}', 'ada1'],
    ['a code point that is no character yet', 'ada\u0378', 'ada'],
  ])('tells apart by %s, as the collation does', async (_what, one, other) => {
    expect(toNameKey(one)).not.toBe(toNameKey(other));
    expect(await groupByCollation([one, other])).toEqual([]);
  });
});

describe(toAsciiDigits, () => {
  it('gives every decimal digit of Unicode its value', () => {
    const digits = [...assignedCharacters()].filter((character) => /\p{Nd}/u.test(character));

    expect(digits.length % 10).toBe(0);
    expect(toAsciiDigits(digits.join(''))).toBe('0123456789'.repeat(digits.length / 10));
  });
});
