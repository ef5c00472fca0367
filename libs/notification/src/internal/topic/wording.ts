import { defineTexts, type TextValues } from './define-texts.ts';
import type { EmailContent, TemplateContext } from './define-topic.ts';
import { plainEmail } from './email-layout.ts';
import { presentableName } from './person-name.ts';
import { german } from './texts-de.ts';
import { english, type TextKey } from './texts-en.ts';

const texts = defineTexts<TextKey>({ en: english, de: german });

/** Locales of the built-in topics. */
export const BUILT_IN_LOCALES = texts.locales;

/** Formats texts of the built-in topics. */
export function textsIn(context: TemplateContext): (key: TextKey, values?: TextValues) => string {
  const { productName: product } = context.branding;
  const format = texts.in(context);
  const common = { branded: product === undefined ? 'no' : 'yes', product: product ?? '' };
  return (key, values) => format(key, { ...common, ...values });
}

export function greeting(firstName: string, context: TemplateContext): string {
  const name = presentableName(firstName);
  const say = textsIn(context);
  return name === '' ? say('greeting') : say('greeting-by-name', { name });
}

/** Follows the description of an event: nothing, when it happened, or how often. */
export function whenRepeated(context: TemplateContext): string {
  const { times, since } = context.repetition ?? { times: 0, since: new Date(0) };
  return textsIn(context)('repetition', { times, since });
}

type Notice =
  | 'account-claimed'
  | 'account-deleted'
  | 'account-disabled'
  | 'account-enabled'
  | 'contact-changed'
  | 'password-changed'
  | 'refresh-token-reused';

/**
 * Says what happened, and what more there is to say. Contains no account data, since the address may
 * not be the owner's.
 */
export function noticeEmail(notice: Notice, more: string, context: TemplateContext): EmailContent {
  const say = textsIn(context);
  const happened = say(`${notice}.text`, { when: whenRepeated(context) });
  return plainEmail(say(`${notice}.subject`), [greeting('', context), happened, more]);
}

/** Says what happened, and what to do about it. */
export function noticeSms(
  notice: Exclude<Notice, `account-${string}`>,
  context: TemplateContext,
): string {
  const say = textsIn(context);
  return `${say(`${notice}.sms`, { when: whenRepeated(context) })} ${say('not-you')}`;
}

const UNITS = [
  { name: 'hours', seconds: 3_600 },
  { name: 'minutes', seconds: 60 },
] as const;

/** A duration such as `5 minutes`, `150 minutes` or `1 hour`: in the largest exact unit. */
export function readableDuration(seconds: number, context: TemplateContext): string {
  const whole = Math.floor(seconds);
  const unit = UNITS.find((each) => whole % each.seconds === 0);
  const count = whole / (unit?.seconds ?? 1);
  return textsIn(context)(unit?.name ?? 'seconds', { count });
}
