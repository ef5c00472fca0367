import type { Config } from './config.ts';

/** What the person who started the program reads when it is ready. */
export function describeReadiness(
  address: string | undefined,
  config: Pick<Config, 'role' | 'email' | 'sms' | 'rateLimits'>,
): string {
  return ['', ...describeApi(address), ...describeWarnings(config), 'Ctrl-C stops it.', ''].join(
    '\n',
  );
}

function describeApi(address: string | undefined): readonly string[] {
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
    `  ${address}/api/docs`,
    '',
  ];
}

function describeWarnings({
  email,
  sms,
  rateLimits,
}: Pick<Config, 'email' | 'sms' | 'rateLimits'>): readonly string[] {
  const warnings: readonly (readonly [isShown: boolean, text: string])[] = [
    [email.provider === 'outbox', 'E-mail is not sent: it is shown at /dev/outbox.'],
    [sms.provider === 'outbox', 'Text messages are not sent: they are shown at /dev/outbox.'],
    [sms.provider === 'none', 'Warning: SMS_PROVIDER is not set, so text messages are not sent.'],
    [!rateLimits, 'Warning: RATE_LIMITS=off lifts every throttle.'],
  ];
  const shown = warnings.flatMap(([isShown, text]) => (isShown ? [text] : []));
  return shown.length === 0 ? [] : [...shown, ''];
}
