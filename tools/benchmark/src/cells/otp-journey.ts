import { readCode, type SmsSink } from '@org/harness';

import { repeatSteps } from '../load/repeat-steps.ts';
import type { RunningServer } from '../servers/running-server.ts';
import { CONNECTIONS } from './cell.ts';
import { createLoadCell } from './load-cell.ts';

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
  prepare: async (server, { bench: { sms } }) => {
    const step = () => makeJourney(server, sms);
    return {
      answer: await step(),
      run: (extent) => repeatSteps({ clients: CONNECTIONS, extent, step }),
    };
  },
});

/** @returns both answers */
async function makeJourney(server: RunningServer, sms: SmsSink): Promise<readonly unknown[]> {
  numbersUsed += 1;
  const phone_number = { country_code: '+91', phone_number: String(FIRST_NUMBER + numbersUsed) };
  const signUp = { method: 'POST', path: '/api/accounts', body: { phone_number } } as const;
  const account = await server.request(signUp, 201);
  const otp_code = await readCode(sms, `+91${phone_number.phone_number}`);
  const body = { phone_number, otp_code };
  return [account, await server.request({ method: 'POST', path: '/api/access-tokens', body }, 201)];
}
