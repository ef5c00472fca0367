import { isSuccess } from '@org/harness';

import { makeCredentials, makePhoneNumber, PASSWORD, readId } from '../../load/people.ts';
import { everybody, expectThat, PARALLEL, race, type Arena, type RoundCheck } from './arena.ts';

/** The same name to anybody who reads it: in another case, in full width, with blanks around it. */
const VARIANTS: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => name.toUpperCase(),
  (name) => ` ${name} `,
  (name) => name.replace('u', '\uFF55'),
  (name) => name.toUpperCase().replace('U', '\uFF35'),
];

/** One of them has the account, and the others are told that it is taken. */
export async function raceSignUps(arena: Arena): Promise<RoundCheck> {
  const { username } = makeCredentials();
  const tally = await race(arena, everybody, (client, index) => {
    const vary = VARIANTS[index % VARIANTS.length] ?? String;
    return client.signUp({ username: vary(username), password: PASSWORD }, 'Ada');
  });
  return expectThat(
    `${PARALLEL} sign-ups of one name in variants: one account, the others 409`,
    tally.count(201) === 1 && tally.countOthers(201, 409) === 0,
    String(tally),
  );
}

/** Everybody gets the same account. */
export async function racePhoneSignUps(arena: Arena): Promise<RoundCheck> {
  const number = makePhoneNumber();
  const tally = await race(arena, everybody, (client) => client.signUpByPhone(number));
  const ids = new Set(tally.outcomes.filter(isSuccess).map(readId));
  const stored = await arena.database
    .collection('accounts')
    .countDocuments({ 'phone_number.phone_number': number.phone_number });
  return expectThat(
    `${PARALLEL} sign-ups by one phone number: one account, every answer names it`,
    tally.countOthers(201) === 0 && ids.size === 1 && stored === 1,
    `${String(tally)}, ${ids.size} ids, ${stored} accounts`,
  );
}
