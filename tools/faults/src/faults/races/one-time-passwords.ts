import { readCode } from '@org/harness';

import type { PhoneNumber } from '../../load/api-client.ts';
import { assertSuccess, makePhoneNumber, toE164 } from '../../load/people.ts';
import { countCode, everybody, expectThat, PARALLEL, race } from './arena.ts';
import type { Arena, RoundCheck } from './arena.ts';

const WRONG_CODES = 100;
const MAXIMUM_TRIES = 5;

/** A hundred wrong codes and the right one: five are looked at, whichever they are. */
export async function guessCode(arena: Arena): Promise<RoundCheck> {
  const { number, code } = await requestCode(arena);
  const codes = [...makeWrongCodes(code, WRONG_CODES), code];
  const tally = await race(arena, codes, (client, each) => client.logInByPhone(number, each));
  const otps = arena.database.collection('otps');
  const otp = await otps.findOne({ 'phone_number.phone_number': number.phone_number });
  const attempts = Number(otp?.['attempts']);
  return expectThat(
    `${WRONG_CODES} wrong codes and one right: at most ${MAXIMUM_TRIES} looked at, no 5xx`,
    attempts <= MAXIMUM_TRIES && tally.count(201) <= 1 && tally.countOthers(201, 400) === 0,
    `${attempts} tries counted; ${String(tally)}`,
  );
}

/** One of them is logged in; the others are told that the code is used. */
export async function useCodeTogether(arena: Arena): Promise<RoundCheck> {
  const { number, code } = await requestCode(arena);
  const tally = await race(arena, everybody, (client) => client.logInByPhone(number, code));
  const refused = countCode(tally, 'OTP_ERR_01') + countCode(tally, 'OTP_ERR_02');
  return expectThat(
    `${PARALLEL} uses of one code: one success, the others 400`,
    tally.count(201) === 1 && refused === PARALLEL - 1,
    String(tally),
  );
}

/** Codes that are as long as the right one, and different. */
export function makeWrongCodes(right: string, count: number): string[] {
  const { length } = right;
  return Array.from({ length: count }, (_, index) =>
    String((Number(right) + index + 1) % 10 ** length).padStart(length, '0'),
  );
}

async function requestCode(arena: Arena): Promise<{ number: PhoneNumber; code: string }> {
  const number = makePhoneNumber();
  assertSuccess('signing up by phone', await arena.clients[0].signUpByPhone(number));
  return { number, code: await readCode(arena.stage.sms, toE164(number)) };
}
