import { isEmailAddress } from '@org/core';

import type { MailSender } from '../../message-provider.ts';
import { canonicalLocale, chooseLocale } from './locale.ts';
import { linkTarget } from './html.ts';

/** CSS colours such as `#1a56db`. */
export interface BrandingColors {
  /** Around the mail. Default: `#f4f5f7`. */
  readonly background?: string;
  /** Behind the text. Default: `#ffffff`. */
  readonly card?: string;
  /** Default: `#d9dde3`. */
  readonly border?: string;
  /** Default: `#1f2328`. */
  readonly text?: string;
  /** Of the footer and other small print. Default: `#57606a`. */
  readonly quietText?: string;
  /** Of buttons. Default: `#1a56db`. */
  readonly button?: string;
  /** Default: `#ffffff`. */
  readonly buttonText?: string;
}

/** What all messages have in common. */
export interface Branding {
  /** In subjects, SMS and push messages, and above each mail. At most 40 characters. */
  readonly productName?: string;
  /** http or https; shown above each mail, 40 pixels high. */
  readonly logoUrl?: string;
  readonly colors?: BrandingColors;
  /** Plain text below each mail, such as the company's address: for everybody, or by locale. */
  readonly footer?: string | Readonly<Record<string, string>>;
  /** Of mails. Default: the provider's `from`. */
  readonly sender?: MailSender;
  /** Default: that of the locale. */
  readonly textDirection?: 'ltr' | 'rtl';
}

/** Branding as templates see it. */
export interface CompleteBranding extends Omit<Branding, 'colors' | 'footer'> {
  readonly colors: Required<BrandingColors>;
  /** By locale. */
  readonly footers: Readonly<Record<string, string>>;
}

const COLORS: Required<BrandingColors> = {
  background: '#f4f5f7',
  card: '#ffffff',
  border: '#d9dde3',
  text: '#1f2328',
  quietText: '#57606a',
  button: '#1a56db',
  buttonText: '#ffffff',
};
const COLOR = /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i;
/** Leaves room for the text in an SMS. */
const MAXIMUM_NAME_LENGTH = 40;
const MAXIMUM_SENDER_LENGTH = 70;
/** Would end a quoted name: providers write them as `"name" <address>`. */
const QUOTE = /["\\<>]/;
const NAME = /^[^\p{C}\p{Zl}\p{Zp}]+$/u;

/** @throws RangeError if a part is invalid, and names it */
export function completeBranding(
  { colors = {}, footer = {}, ...branding }: Branding,
  defaultLocale: string,
): CompleteBranding {
  const { productName, logoUrl, sender = {} } = branding;
  if (productName !== undefined && !isName(productName, MAXIMUM_NAME_LENGTH)) {
    throw new RangeError(
      `branding.productName must be one line of 1 to ${MAXIMUM_NAME_LENGTH} characters.`,
    );
  }
  if (logoUrl !== undefined && !isLink(logoUrl)) {
    throw new RangeError('branding.logoUrl must be an absolute http or https URL.');
  }
  assertSenderValid(sender);
  assertColorsValid(colors);
  const footers = typeof footer === 'string' ? { [defaultLocale]: footer } : footer;
  const invalid = Object.keys(footers).find((locale) => canonicalLocale(locale) !== locale);
  if (invalid !== undefined) {
    throw new RangeError(`branding.footer has a text for ${invalid}, which is no locale.`);
  }
  return { ...branding, colors: { ...COLORS, ...colors }, footers };
}

function assertSenderValid({ name, replyTo, ...others }: MailSender): void {
  if (name !== undefined && (!isName(name, MAXIMUM_SENDER_LENGTH) || QUOTE.test(name))) {
    throw new RangeError(
      `branding.sender.name must be one line of 1 to ${MAXIMUM_SENDER_LENGTH} characters, without ", \\, < and >.`,
    );
  }
  if (replyTo !== undefined && !isEmailAddress(replyTo)) {
    throw new RangeError('branding.sender.replyTo must be an e-mail address, without a name.');
  }
  for (const part of Object.keys(others)) {
    throw new RangeError(
      `branding.sender.${part} is unknown; the address is that of the provider’s from.`,
    );
  }
}

function assertColorsValid(colors: BrandingColors): void {
  for (const [name, color] of Object.entries<string>({ ...colors })) {
    if (!COLOR.test(color) || !Object.hasOwn(COLORS, name)) {
      throw new RangeError(
        `branding.colors.${name} must be one of ${Object.keys(COLORS).join(', ')}, and a colour such as #1a56db.`,
      );
    }
  }
}

/** The footer in this locale, or in what it falls back to; `undefined` if there is none. */
export function footerOf({ footers }: CompleteBranding, locale: string): string | undefined {
  return footers[chooseLocale([locale], Object.keys(footers)).available];
}

function isName(name: string, maximumLength: number): boolean {
  return name.length <= maximumLength && name.trim() === name && NAME.test(name);
}

function isLink(url: string): boolean {
  try {
    return linkTarget(url) !== '';
  } catch {
    return false;
  }
}
