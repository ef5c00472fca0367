import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { TemporaryDirectory } from '@org/harness';

import { installPythonPackage } from '../cached-install.ts';
import { conclude, run } from '../workspace.ts';
import { findUndocumented, type Case, type Deviation } from './differences.ts';

/**
 * The gate of usernames: which are the same, and which are accepted, compared with Unicode's caseless
 * matching as Python has it (definition 146, compatibility), and with PRECIS (RFC 8265, usernames
 * without case).
 */
const PRECIS_VERSION = '1.1.2';
/** The version that the counts are of; another Python's may have more characters. */
const UNICODE_VERSION = '14.0.0';

/** What the key tells apart, as the collation of the unique index does, although the standard does not. */
const TOLD_APART: Readonly<Record<string, Deviation>> = {
  'case folding: sharp s': {
    count: 430,
    reason: 'folding makes it ss; Weiß and Weiss are two names, and both are typed',
  },
  'case folding: iota subscript': {
    count: 2046,
    reason: 'folding makes it a letter; it is an accent here, and accents count',
  },
  'case folding: unknown to the collation': {
    count: 209,
    reason: 'scripts and capitals newer than the collation of MongoDB: Georgian, Osage, Adlam, …',
  },
  'PRECIS: unknown to the collation': { count: 166, reason: 'the same' },
};
/** What has one key, as in the index, although its case folding differs: stricter, never looser. */
const TREATED_ALIKE: Readonly<Record<string, Deviation>> = {
  'numbers of the same value': { count: 1302, reason: 'ada7 and ada\u0667 look or read alike' },
  kana: { count: 406, reason: 'hiragana and katakana are the same at the strength of the index' },
  marks: { count: 810, reason: 'ignored, or one for several scripts, at that strength' },
  letters: { count: 1219, reason: 'variants at that strength; jamo, tatweel, order of vowels' },
  signs: { count: 70, reason: 'letters and digits in black circles and squares' },
};
/** Usernames that PRECIS refuses, by its reason. Names are shown and typed by people, in any script. */
const ACCEPTED_HERE: Readonly<Record<string, Deviation>> = {
  spaces: { count: 1582, reason: 'a username may have blanks inside, as names do' },
  has_compat: { count: 4630, reason: 'stored in NFKC, which PRECIS demands of the sender' },
  punctuation: { count: 606, reason: 'taken beside a letter or a number' },
  symbols: { count: 6734, reason: 'as punctuation: emoji and signs' },
  bidi_rule: { count: 5793, reason: 'names of both directions exist; overrides are refused' },
  other_letter_digits: { count: 608, reason: 'letters and numbers of old scripts' },
  old_hangul_jamo: { count: 764, reason: 'as those' },
  exceptions: { count: 25, reason: 'as those' },
  middle_dot: { count: 159, reason: 'punctuation, also where it is not Catalan' },
  katakana_middle_dot: { count: 1383, reason: 'punctuation, also beside no kana' },
  greek_keraia: { count: 150, reason: 'punctuation, also before no Greek' },
  hebrew_punctuation: { count: 7, reason: 'punctuation, also after no Hebrew' },
};
/** Usernames that PRECIS takes. */
const REFUSED_HERE: Readonly<Record<string, Deviation>> = {
  blank: { count: 2, reason: 'drawn as nothing: a Tifinagh joiner and a Khitan filler' },
  joiner: { count: 2, reason: 'invisible, also where a virama stands before it' },
  'without a letter or number': { count: 100, reason: 'marks alone: the index ignores some' },
};

interface Name {
  readonly text: string;
  /** The same for names that Unicode matches without regard to case and compatibility. */
  readonly folded: string;
  /** In lower case, in NFKC. */
  readonly lower: string;
  /** As PRECIS stores it; null if it refuses it, for this reason. */
  readonly precis: string | null;
  readonly reason: string | null;
}
/** The keys as a username and as an address with a domain; null if it is refused. */
type Keys = readonly [username: string | null, address: string | null];

const directory = new TemporaryDirectory('unicode').path;
const [version, ...rows] = await callJudge();
const names = (rows as readonly [string, string, string, string | null, string | null][]).map(
  ([text, folded, lower, precis, reason]): Name => ({ text, folded, lower, precis, reason }),
);
const keys = await callOurs(names);
if (version !== UNICODE_VERSION) {
  process.stdout.write(`Python's Unicode is ${String(version)}: its counts are not compared.\n`);
}
conclude(version === UNICODE_VERSION ? judge() : [], summary());

function summary(): string {
  const taken = names.map(({ text }) => keys.get(text) ?? [null, null]);
  const usernames = taken.filter(([username]) => username !== null).length;
  const addresses = taken.filter(([, address]) => address !== null).length;
  return `${names.length} names judged: ${usernames} are usernames, ${addresses} make an address`;
}

function judge(): readonly string[] {
  return [
    ...findUndocumented(findToldApart(), TOLD_APART),
    ...findUndocumented(findTreatedAlike(), TREATED_ALIKE),
    ...findUndocumented(findAccepted(), ACCEPTED_HERE),
    ...findUndocumented(findRefused(), REFUSED_HERE),
    ...findUndocumented(findOtherAddressKeys(), {}),
  ];
}

async function callJudge(): Promise<readonly unknown[]> {
  const env = {
    ...{ ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    PYTHONPATH: await installPythonPackage('precis_i18n', PRECIS_VERSION),
  };
  return parseLines(await run('python3', [join(import.meta.dirname, 'unicode.py')], { env }));
}

async function callOurs(judged: readonly Name[]): Promise<ReadonlyMap<string, Keys>> {
  const texts = judged.flatMap(({ text, folded, precis }) => [text, folded, precis ?? text]);
  const asked = [...new Set(texts)];
  const file = join(directory, 'names');
  writeFileSync(file, asked.map((text) => JSON.stringify(text)).join('\n'));
  const program = 'libs/account/test/programs/print-name-keys.ts';
  const answers = parseLines(await run('node', ['--conditions=@org/source', program, file]));
  return new Map(asked.map((text, index) => [text, answers[index] as Keys]));
}

function parseLines(output: string): readonly unknown[] {
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

function keyOf(text: string): string | null {
  return keys.get(text)?.[0] ?? null;
}

function* findToldApart(): Iterable<Case> {
  for (const { text, folded, precis } of names) {
    const key = keyOf(text);
    const others = { 'case folding': folded, PRECIS: precis ?? text };
    for (const [standard, other] of Object.entries(others)) {
      if (key !== null && keyOf(other) !== null && keyOf(other) !== key) {
        yield [`${standard}: ${kindOfLetter(text)}`, text];
      }
    }
  }
}

function kindOfLetter(text: string): string {
  if (/[\u00df\u1e9e]/u.test(text)) {
    return 'sharp s';
  }
  return text.normalize('NFKD').includes('\u0345') ? 'iota subscript' : 'unknown to the collation';
}

function* findTreatedAlike(): Iterable<Case> {
  const byKey = new Map<string, Set<string>>();
  for (const { text, folded } of names) {
    const key = keyOf(text);
    if (key !== null) {
      byKey.set(key, (byKey.get(key) ?? new Set()).add(folded));
    }
  }
  for (const [key, folded] of byKey) {
    // One of them is the usual form, most often the key itself.
    const [, ...others] = [...folded].sort((a, b) => Number(b === key) - Number(a === key));
    yield* others.map((other) => [kindOfVariant(other), other] as const);
  }
}

function kindOfVariant(folded: string): string {
  const kinds = {
    'numbers of the same value': /\p{N}/u,
    kana: /[\p{Script=Hiragana}\p{Script=Katakana}]/u,
    marks: /\p{M}/u,
    letters: /\p{L}/u,
  };
  const inside = folded.replaceAll(/^x|y$/gu, '');
  return Object.entries(kinds).find(([, form]) => form.test(inside))?.[0] ?? 'signs';
}

function* findAccepted(): Iterable<Case> {
  for (const { text, precis, reason } of names) {
    if (keyOf(text) !== null && precis === null) {
      yield [(reason ?? '').replace('DISALLOWED/', ''), text];
    }
  }
}

function* findRefused(): Iterable<Case> {
  for (const { text, precis } of names) {
    if (keyOf(text) === null && precis !== null) {
      yield [kindOfRefused(precis), text];
    }
  }
}

function kindOfRefused(text: string): string {
  if (!/[\p{L}\p{N}]/u.test(text)) {
    return 'without a letter or number';
  }
  return /\p{Join_Control}/u.test(text) ? 'joiner' : 'blank';
}

/** The local part's key is its lower case: nothing else is the same. */
function* findOtherAddressKeys(): Iterable<Case> {
  for (const { text, lower } of names) {
    const key = keys.get(text)?.[1] ?? null;
    if (key !== null && key !== `${lower}@example.org`) {
      yield ['e-mail address', text];
    }
  }
}
