import type { PhoneNumber } from '../../load/api-client.ts';
import { makePhoneNumber, toE164 } from '../../load/identities.ts';
import { assertSuccess } from '../../load/people.ts';
import { makeWrongCodes, readCode } from '../../load/secrets.ts';
import {
  countCode,
  countStatus,
  expectThat,
  PARALLEL,
  race,
  times,
  type Arena,
  type RoundCheck,
} from './arena.ts';

const WRONG_CODES = 100;
const MAXIMUM_TRIES = 5;

export async function raceOneTimePasswords(arena: Arena): Promise<RoundCheck[]> {
  return [await guess(arena), await useTogether(arena)];
}

/** A hundred wrong codes and the right one: five are looked at, whichever they are. */
async function guess(arena: Arena): Promise<RoundCheck> {
  const { number, code } = await requestCode(arena);
  const codes = [...makeWrongCodes(code, WRONG_CODES), code];
  const tally = await race(
    arena,
    codes.map((each) => (client) => client.logInByPhone(number, each)),
  );
  const attempts = await readAttempts(arena, number);
  const loggedIn = countStatus(tally, 201);
  const refused = countStatus(tally, 400);
  return expectThat(
    `${WRONG_CODES} wrong codes and one right: at most ${MAXIMUM_TRIES} looked at, no 5xx`,
    attempts <= MAXIMUM_TRIES && loggedIn <= 1 && loggedIn + refused === codes.length,
    `${attempts} tries counted; ${tally.describe()}`,
  );
}

/** One of them is logged in; the others are told that the code is used. */
async function useTogether(arena: Arena): Promise<RoundCheck> {
  const { number, code } = await requestCode(arena);
  const tally = await race(
    arena,
    times(PARALLEL, () => (client) => client.logInByPhone(number, code)),
  );
  const loggedIn = countStatus(tally, 201);
  const refused = countCode(tally, 'OTP_ERR_01') + countCode(tally, 'OTP_ERR_02');
  return expectThat(
    `${PARALLEL} uses of one code: one success, the others 400`,
    loggedIn === 1 && refused === PARALLEL - 1,
    tally.describe(),
  );
}

async function requestCode(arena: Arena): Promise<{ number: PhoneNumber; code: string }> {
  const number = makePhoneNumber();
  assertSuccess('signing up by phone', await arena.clients[0].signUpByPhone(number));
  return { number, code: await readCode(arena.stage.sms, toE164(number)) };
}

async function readAttempts({ stage }: Arena, number: PhoneNumber): Promise<number> {
  const otp = await stage.databaseServer
    .database()
    .collection('otps')
    .findOne({ 'phone_number.phone_number': number.phone_number });
  return Number(otp?.['attempts']);
}
