import { toNameKey } from '@org/core';

const INVISIBLE = /[\p{C}\p{Default_Ignorable_Code_Point}]/u;

/** @returns `undefined` if none has the name: the database ignores more than a name's key does */
export function preferSpelling<Named extends { readonly username: string }>(
  found: readonly Named[],
  spellings: readonly string[],
): Named | undefined {
  const spelt = spellings.flatMap((spelling) =>
    found.filter(({ username }) => username === spelling),
  );
  // Invisible characters give a name endless spellings; they only match what is stored.
  const keys = spellings.filter((spelling) => !INVISIBLE.test(spelling)).map(toNameKey);
  return spelt[0] ?? found.find(({ username }) => keys.includes(toNameKey(username)));
}
