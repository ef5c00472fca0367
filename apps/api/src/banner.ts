import type { Config } from './config.ts';

type BannerConfig = Pick<
  Config,
  | 'NODE_ENV'
  | 'HOST'
  | 'API_DOCS'
  | 'email'
  | 'sms'
  | 'RATE_LIMITS'
  | 'OTP_TEST_CODE'
  | 'OTP_TEST_PHONE_NUMBERS'
>;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/** The message shown in the terminal once the program is ready. */
export function renderReadiness(address: string | undefined, config: BannerConfig): string {
  return [
    '',
    ...renderApi(address, config),
    ...renderWarnings(config),
    'Ctrl-C stops it.',
    '',
  ].join('\n');
}

function renderApi(address: string | undefined, { API_DOCS }: BannerConfig): readonly string[] {
  if (address === undefined) {
    return ['The worker is ready.', ''];
  }
  const json = `-H 'content-type: application/json'`;
  return [
    `The API is ready at ${address}`,
    '',
    'Sign up:',
    `  curl -s ${address}/api/accounts ${json} -d '{"first_name":"Ada","last_name":"Lovelace","username":"ada","password":"analytical-engine-1843"}'`,
    'Log in:',
    `  curl -s ${address}/api/access-tokens ${json} -d '{"username":"ada","password":"analytical-engine-1843"}'`,
    'See every route:',
    `  ${address}/api/${API_DOCS ? 'docs' : 'openapi.json'}`,
    '',
  ];
}

function renderWarnings(config: BannerConfig): readonly string[] {
  const { email, sms, HOST: host } = config;
  const isProduction = config.NODE_ENV === 'production';
  const isReachable = !isProduction && !LOOPBACK.test(host);
  const warnings: readonly (readonly [isShown: boolean, text: string])[] = [
    [email.kind === 'outbox', 'E-mail is not sent: it is shown at /dev/outbox.'],
    [sms.kind === 'outbox', 'Text messages are not sent: they are shown at /dev/outbox.'],
    [sms.kind === 'none', 'Warning: SMS_PROVIDER is not set, so text messages are not sent.'],
    [
      isReachable,
      `Warning: HOST=${host} lets other machines reach a program that runs for ${config.NODE_ENV}. Where real people are, set NODE_ENV=production. /dev/outbox answers this machine only.`,
    ],
    [
      config.OTP_TEST_CODE !== undefined && config.OTP_TEST_PHONE_NUMBERS.length === 0,
      'Warning: OTP_TEST_CODE logs in every phone number. OTP_TEST_PHONE_NUMBERS limits it.',
    ],
    [
      !isProduction,
      'On this machine, session cookies also work without TLS. With NODE_ENV=production, they need it.',
    ],
    [!config.RATE_LIMITS, 'Warning: RATE_LIMITS=off lifts every throttle.'],
  ];
  const shown = warnings.flatMap(([isShown, text]) => (isShown ? [text] : []));
  return shown.length === 0 ? [] : [...shown, ''];
}
