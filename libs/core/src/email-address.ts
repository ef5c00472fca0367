import { domainToASCII, domainToUnicode } from 'node:url';

import { toNameKey } from './name-key.ts';

const MAXIMUM_LENGTH = 254;
const MAXIMUM_LOCAL_BYTES = 64;
const MAXIMUM_LABEL_LENGTH = 63;

// No lists, display names or quotes: nothing that a mail program could read as several addresses.
const FORM = /^([^\s@<>(),;:"[\]\\]+)@([^\s@<>(),;:"[\]\\]+\.[^\s@<>(),;:"[\]\\.]+)$/u;
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
    labels.every(({ length }) => length > 0 && length <= MAXIMUM_LABEL_LENGTH)
  );
}

/**
 * The same for addresses that are one: ignores case, width and the domain's encoding. It keeps what
 * follows a plus sign, which tells two addresses of one mailbox apart.
 *
 * @param emailAddress a valid one
 */
export function toEmailKey(emailAddress: string): string {
  const key = toNameKey(emailAddress.normalize('NFKC'));
  const at = key.lastIndexOf('@');
  const domain = key.slice(at + 1);
  return `${key.slice(0, at)}@${domainToASCII(domain) || domain}`;
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
