import type { Config } from './config.ts';
import type { Report } from './report.ts';

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

/** Tells that the program is ready: how to try it, or in production just that. */
export function announceReadiness(
  address: string | undefined,
  config: BannerConfig,
  report: Report,
): void {
  const warnings = warningsOf(config);
  if (config.NODE_ENV === 'production') {
    report(`${readinessOf(address)} (production)`);
    for (const warning of warnings) {
      report(warning, 'warn');
    }
    return;
  }
  const hints = address === undefined ? [] : ['', ...hintsFor(address, config)];
  const ending = warnings.length === 0 ? [] : [...warnings, ''];
  const lines = ['', readinessOf(address), ...hints, '', ...ending, 'Ctrl-C stops it.', ''];
  report(lines.join('\n'));
}

function readinessOf(address: string | undefined): string {
  return address === undefined ? 'The worker is ready.' : `The API is ready at ${address}`;
}

function hintsFor(address: string, { API_DOCS }: BannerConfig): readonly string[] {
  const json = `-H 'content-type: application/json'`;
  return [
    'Sign up:',
    `  curl -s ${address}/api/accounts ${json} -d '{"first_name":"Ada","last_name":"Lovelace","username":"ada","password":"analytical-engine-1843"}'`,
    'Log in:',
    `  curl -s ${address}/api/access-tokens ${json} -d '{"username":"ada","password":"analytical-engine-1843"}'`,
    'See every route:',
    `  ${address}/api/${API_DOCS ? 'docs' : 'openapi.json'}`,
  ];
}

function warningsOf(config: BannerConfig): readonly string[] {
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
  return warnings.flatMap(([isShown, text]) => (isShown ? [text] : []));
}
