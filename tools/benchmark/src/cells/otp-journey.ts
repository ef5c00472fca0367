import { repeatSteps } from '../load/repeat-steps.ts';
import type { SmsSink } from '../messages/sms-sink.ts';
import type { RunningServer } from '../servers/running-server.ts';
import { createLoadCell } from './load-cell.ts';

const COUNTRY_CODE = '+91';
const FIRST_NUMBER = 9_800_000_000;

let numbersUsed = 0;

/**
 * A phone number that nobody had, a code sent to it as a text message, and a login with the code.
 * The program delivers its messages itself, in the same process.
 */
export const otpJourney = createLoadCell({
  name: 'OTP journey',
  role: 'all',
  plans: {
    quick: {
      rounds: { atMost: 2, atLeast: 2, within: 3_000 },
      extent: { count: 24 },
      warmUp: { count: 8 },
    },
    full: {
      rounds: { atMost: 5, atLeast: 3, within: 30_000 },
      extent: { seconds: 2.5 },
      warmUp: { seconds: 1 },
    },
  },
  prepare: async (server, { bench: { messengers } }) => {
    const step = (): Promise<unknown> => makeJourney(server, messengers.sms);
    return {
      answer: await step(),
      run: (extent) => repeatSteps({ clients: 8, extent, step }),
    };
  },
});

/** @returns both answers */
async function makeJourney(server: RunningServer, sms: SmsSink): Promise<readonly unknown[]> {
  numbersUsed += 1;
  const phoneNumber = {
    country_code: COUNTRY_CODE,
    phone_number: String(FIRST_NUMBER + numbersUsed),
  };
  const code = sms.takeCode(`${phoneNumber.country_code}${phoneNumber.phone_number}`);
  const [account, otpCode] = await Promise.all([
    server.request(
      { method: 'POST', path: '/api/accounts', body: { phone_number: phoneNumber } },
      201,
    ),
    code,
  ]);
  const body = { phone_number: phoneNumber, otp_code: otpCode };
  return [account, await server.request({ method: 'POST', path: '/api/access-tokens', body }, 201)];
}
