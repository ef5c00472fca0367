import { bySide, DEPLOYED, type Bench, type Side } from '../bench.ts';
import { signUpPattern, storePeople, storePreferences } from './people.ts';

const PEOPLE = 512;

export type Data = Readonly<Awaited<ReturnType<typeof prepareData>>>;

/** Fills both sides with the same people, before anything is measured. */
export async function prepareData(bench: Bench) {
  const { program: pattern } = await bySide((side) => prepareSide(bench, side));
  const people = Array.from({ length: PEOPLE }, (_, person) => person);
  return {
    /** An account as the program stores it. */
    pattern,
    /** The people that a cell logs in to read and write their own accounts. */
    owners: people.slice(0, 64),
    /** The people that log in over and over; others, because a new session may end an old one. */
    comers: people.slice(64),
  };
}

async function prepareSide(bench: Bench, side: Side) {
  const database = bench.database(side);
  const server = await bench.start(DEPLOYED[side]);
  try {
    const pattern = await signUpPattern(server, database);
    await storePeople(database, pattern, PEOPLE);
    await storePreferences(database, PEOPLE);
    if (side === 'limit') {
      // What the bare server looks accounts up by; the program makes its own indexes.
      const number = { 'phone_number.country_code': 1, 'phone_number.phone_number': 1 } as const;
      await database.collection('accounts').createIndex({ username: 1 });
      await database.collection('accounts').createIndex(number);
      await database.collection('otps').createIndex(number);
    }
    return pattern;
  } finally {
    await server.kill();
  }
}
