import {
  OtpIncorrectError,
  OtpRequestFailedError,
  type AuthenticationService,
} from '@org/authentication';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { accountId, context, createServices, phoneNumber, type TestServices } from './services.ts';

let services: TestServices;
let authentication: AuthenticationService;

beforeEach(async () => {
  services = await createServices();
  ({ authentication } = services);
});
afterEach(async () => {
  await services.remove();
});

function inDigitsFrom(zero: number) {
  return (code: string) =>
    code.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));
}

describe('where codes may go', () => {
  const canada = { countryCode: '+1', phoneNumber: '5062345678' };

  async function asking(number: typeof phoneNumber, isProved: boolean, countries?: string[]) {
    const settings = countries === undefined ? {} : { phoneCountries: countries };
    ({ authentication } = await services.startInstance({ settings }));
    return authentication.otps.assertOtpRequestAllowed({ phoneNumber: number, isProved }, context);
  }

  it.each([
    ['Canada', 'US', canada],
    ['Jamaica', 'US', { countryCode: '+1', phoneNumber: '8762101234' }],
    ['the Dominican Republic', 'US', { countryCode: '+1', phoneNumber: '8092345678' }],
    ['Kazakhstan', 'RU', { countryCode: '+7', phoneNumber: '7710009998' }],
    ['Jersey', 'GB', { countryCode: '+44', phoneNumber: '7797712345' }],
    ['no country', 'US', { countryCode: '+881', phoneNumber: '612345678' }],
  ])('is not to %s where it is %s', async (_where, country, number) => {
    await expect(asking(number, false, [country])).rejects.toThrow(OtpRequestFailedError);
    await asking(number, true, [country]);
  });

  it.each([
    ['premium rate', { countryCode: '+1', phoneNumber: '9002345678' }],
    ['shared cost', { countryCode: '+49', phoneNumber: '18012345' }],
    ['toll-free', { countryCode: '+1', phoneNumber: '8002345678' }],
    ['pager', { countryCode: '+44', phoneNumber: '7640123456' }],
    ['universal access', { countryCode: '+44', phoneNumber: '5512345678' }],
    ['international premium rate', { countryCode: '+979', phoneNumber: '123456789' }],
  ])('is to no %s number that nobody proved before', async (kind, number) => {
    await expect(asking(number, false)).rejects.toThrow(OtpRequestFailedError);
    const again = asking(number, true);
    await (kind.includes('premium') ? expect(again).rejects.toThrow(OtpRequestFailedError) : again);
  });

  it('is to every number of a served country that is usual', async () => {
    await asking(canada, false, ['CA']);
    await asking(phoneNumber, false);
  });
});

describe('a code that somebody typed', () => {
  async function request(): Promise<string> {
    await authentication.otps.requestOtp({ phoneNumber, accountId }, context);
    return services.sent.at(-1)!.data.code;
  }

  async function verify(otpCode: string): Promise<void> {
    await authentication.otps.verifyOtp({ phoneNumber, otpCode }, context);
  }

  it.each([
    ['a blank', (code: string) => `${code.slice(0, 3)} ${code.slice(3)}`],
    ['a hyphen', (code: string) => `${code.slice(0, 3)}-${code.slice(3)}`],
    ['a line break and no-break space', (code: string) => `\u00a0${code}\n`],
    ['a full stop', (code: string) => `${code.slice(0, 3)}.${code.slice(3)}`],
    ['a middle dot', (code: string) => `${code.slice(0, 3)}\u00b7${code.slice(3)}`],
    ['a text variation selector', (code: string) => `${code.slice(0, 1)}\ufe0e${code.slice(1)}`],
    ['a grapheme joiner', (code: string) => `${code.slice(0, 3)}\u034f${code.slice(3)}`],
    ['a Hangul filler', (code: string) => `\u3164${code}`],
    ['keycaps', (code: string) => code.replace(/\d/g, '$&\ufe0f\u20e3')],
    ['Arabic-Indic digits', inDigitsFrom(0x660)],
    ['Devanagari digits', inDigitsFrom(0x966)],
    ['full-width digits', inDigitsFrom(0xff10)],
    ['mathematical digits', inDigitsFrom(0x1d7ce)],
  ])('takes a code with %s for the one that was sent', async (_what, typed) => {
    await verify(typed(await request()));
  });

  it('reads nothing that is longer than anybody types', async () => {
    const code = await request();

    await expect(verify(`${code}${' '.repeat(60)}`)).rejects.toThrow(OtpIncorrectError);
  });
});
