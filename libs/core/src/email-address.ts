import { domainToASCII, domainToUnicode } from 'node:url';

import { toNameKey } from './name-key.ts';

const MAXIMUM_LENGTH = 254;
const MAXIMUM_LOCAL_BYTES = 64;
const MAXIMUM_LABEL_LENGTH = 63;

// No list, no name, no quotes, nothing that a mail program could read as more than one address.
const FORM = /^([^\s@<>(),;:"[\]\\]+)@([^\s@<>(),;:"[\]\\]+\.[^\s@<>(),;:"[\]\\.]+)$/u;
const INVISIBLE = /[\p{C}\p{Default_Ignorable_Code_Point}]/u;

/**
 * Whether mail can be sent to the text: one e-mail address and nothing else, within the limits of
 * RFC 5321, in a domain that can be looked up. Whether it exists is shown by a mail to it.
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
 * What two spellings of one mailbox have in common: what shows, whatever its case, the domain's
 * alphabet, and what follows a plus sign. Coarser than mail servers are: for counting, not for sending.
 *
 * @param emailAddress of bounded length, or any other text: that is one of its own
 */
export function mailboxOf(emailAddress: string): string {
  const key = toNameKey(emailAddress);
  const at = key.lastIndexOf('@');
  const [local = ''] = key.slice(0, Math.max(0, at)).split('+', 1);
  const written = key.slice(at + 1);
  const domain = toNameKey(domainToUnicode(written)) || written;
  return `${local}@${domainToASCII(domain) || domain}`;
}
