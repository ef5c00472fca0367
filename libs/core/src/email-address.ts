import { domainToASCII, domainToUnicode } from 'node:url';

import { toNameKey } from './name-key.ts';

const MAXIMUM_LENGTH = 254;
const MAXIMUM_LOCAL_BYTES = 64;

// No lists, display names or quotes: nothing that a mail program could read as several addresses.
const FORM = /^([^\s@<>(),;:"[\]\\]+)@([^\s@<>(),;:"[\]\\]+)$/u;
const INVISIBLE = /[\p{C}\p{Default_Ignorable_Code_Point}]/u;
/** What domains consist of after NFKC: besides letters, the punctuation that IDNA allows. */
const DOMAIN = /^[\p{L}\p{M}\p{N}\-.\u3002\u00b7\u0375\u05f3\u05f4\u30fb]+$/u;
const DOT = /[.\u3002]/u;
const ASCII_LABEL = /^(?!-)[a-z\d-]{1,63}(?<!-)$/;
/** Of an IPv4 address, in any of the ways that URLs write one. */
const NUMBER = /^(?:\d+|0x[\da-f]*)$/;

/**
 * Whether mail can be sent to the text: exactly one e-mail address, within the limits of RFC 5321,
 * in a domain that can be looked up, also after NFKC. Only sending a mail shows whether it exists.
 */
export function isEmailAddress(text: string): boolean {
  return normalizeEmailAddress(text) !== undefined;
}

/**
 * The form in which an address is stored: NFKC.
 *
 * @returns `undefined` if the text is no e-mail address, or is none in that form
 */
export function normalizeEmailAddress(text: string): string | undefined {
  if (splitAddress(text) === undefined) {
    return undefined;
  }
  const normalized = text.normalize('NFKC');
  const [, domain] = splitAddress(normalized) ?? [];
  return domain !== undefined && toAsciiDomain(domain) !== undefined ? normalized : undefined;
}

/**
 * The form that gets the mail, whatever sends it: NFKC, with the domain of {@link toEmailKey}, which
 * programs would convert to ASCII in different ways.
 *
 * @param emailAddress a valid one
 */
export function toMailableAddress(emailAddress: string): string {
  return convert(emailAddress, (local) => local);
}

/**
 * The same for addresses that are one: ignores case, width and the domain's encoding, and nothing
 * else. A domain is that which the DNS would be asked for.
 *
 * @param emailAddress a valid one
 */
export function toEmailKey(emailAddress: string): string {
  // Lower case can compose anew. It makes a sigma a final one where a word ends; written in lower
  // case, the two are two mailboxes.
  return convert(emailAddress, (local) => local.toLowerCase().normalize('NFKC'));
}

/**
 * Maps the spellings of one mailbox to the same text: ignores invisible characters, case, the
 * domain's encoding and anything after a plus sign. Coarser than mail servers are: for counting,
 * not for sending.
 *
 * @param emailAddress of bounded length; text that is not an address gets its own result
 */
export function mailboxOf(emailAddress: string): string {
  const key = toNameKey(emailAddress);
  const at = key.lastIndexOf('@');
  const [local = ''] = key.slice(0, Math.max(0, at)).split('+', 1);
  const written = key.slice(at + 1);
  const domain = toNameKey(domainToUnicode(toAsciiDomain(written) ?? '')) || written;
  return `${local}@${toAsciiDomain(domain) ?? domain}`;
}

function splitAddress(text: string): readonly [local: string, domain: string] | undefined {
  if (text.length > MAXIMUM_LENGTH || INVISIBLE.test(text)) {
    return undefined;
  }
  const [, local = '', domain = ''] = FORM.exec(text) ?? [];
  return local === '' || Buffer.byteLength(local) > MAXIMUM_LOCAL_BYTES
    ? undefined
    : [local, domain];
}

/**
 * `domainToASCII` reads the text like the host of a URL: it ends a domain at `/`, `?` and `#`,
 * decodes `%`, and makes numbers an IPv4 address. A domain of mail is none of those.
 *
 * @param domain in NFKC
 */
function toAsciiDomain(domain: string): string | undefined {
  const count = domain.split(DOT).length;
  if (count < 2 || !DOMAIN.test(domain)) {
    return undefined;
  }
  const ascii = domainToASCII(domain);
  const labels = ascii.split('.');
  const isDomain =
    labels.length === count &&
    labels.every((label) => ASCII_LABEL.test(label)) &&
    !NUMBER.test(labels.at(-1) ?? '');
  return isDomain ? ascii : undefined;
}

function convert(emailAddress: string, convertLocal: (local: string) => string): string {
  const address = emailAddress.normalize('NFKC');
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  const local = convertLocal(address.slice(0, Math.max(0, at)));
  return `${local}@${toAsciiDomain(domain) ?? domain.toLowerCase()}`;
}
