import { domainToASCII, domainToUnicode } from 'node:url';

import { toNameKey } from './name-key.ts';

const MAXIMUM_LENGTH = 254;
const MAXIMUM_LOCAL_BYTES = 64;
const MAXIMUM_LABEL_LENGTH = 63;

// No lists, display names or quotes: nothing that a mail program could read as several addresses.
const FORM = /^([^\s@<>(),;:"[\]\\]+)@([^\s@<>(),;:"[\]\\]+\.[^\s@<>(),;:"[\]\\.]+)$/u;
const LABEL = /^(?!-).+(?<!-)$/u;
const INVISIBLE = /[\p{C}\p{Default_Ignorable_Code_Point}]/u;

/**
 * Whether mail can be sent to the text: exactly one e-mail address, within the limits of RFC 5321,
 * in a domain that can be looked up. Only sending a mail shows whether it exists.
 */
export function isEmailAddress(text: string): boolean {
  if (text.length > MAXIMUM_LENGTH || INVISIBLE.test(text)) {
    return false;
  }
  const [, local = '', domain = ''] = FORM.exec(text) ?? [];
  const labels = domainToASCII(domain).split('.');
  return (
    local !== '' &&
    Buffer.byteLength(local) <= MAXIMUM_LOCAL_BYTES &&
    labels.every((label) => LABEL.test(label) && label.length <= MAXIMUM_LABEL_LENGTH)
  );
}

/**
 * The form in which an address is stored and gets mail: NFKC.
 *
 * @returns `undefined` if the text is no e-mail address, or is none in that form
 */
export function normalizeEmailAddress(text: string): string | undefined {
  const normalized = isEmailAddress(text) ? text.normalize('NFKC') : '';
  return isEmailAddress(normalized) ? normalized : undefined;
}

/**
 * The same for addresses that are one: ignores case, width and the domain's encoding, and nothing
 * else. A domain is that which the DNS would be asked for.
 *
 * @param emailAddress a valid one
 */
export function toEmailKey(emailAddress: string): string {
  const address = emailAddress.normalize('NFKC');
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  return `${address.slice(0, at).toLowerCase()}@${domainToASCII(domain) || domain.toLowerCase()}`;
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
  const domain = toNameKey(domainToUnicode(written)) || written;
  return `${local}@${domainToASCII(domain) || domain}`;
}
