/** Any reply of an SMTP server but success. */
export interface SmtpReply {
  readonly code: number;
  /** Class, subject and detail by RFC 3463, such as `5.1.1`; many servers send none. */
  readonly enhancedCode: string | undefined;
  /** What was answered: `MAIL FROM`, `RCPT TO`, `DATA`, `AUTH PLAIN`, … */
  readonly command: string | undefined;
  /** Whether the server says that it takes mail for others only from those it knows. */
  readonly isRelayingDenied: boolean;
}

/** After the code, or as qmail has it: at the end, in brackets. */
const ENHANCED_CODE = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b|\(#([245]\.\d{1,3}\.\d{1,3})\)\s*$/;
const RELAYING_DENIED = /\brelay|\brcpthosts\b/i;

/** Login missing, refused or too weak (RFC 4954, 6), at whatever command the server says so. */
const LOGIN_CODES = new Set([530, 534, 535, 538]);
/** No such mailbox, moved, full, an impossible name, a domain without mail (RFC 5321, RFC 7504). */
const RECIPIENT_CODES = new Set([501, 550, 551, 552, 553, 556]);
const TOO_BIG = 552;
/** By subject: 1 addressing (7 and 8 are the sender's address), 2 mailbox; 4.1 is Exchange's no such user. */
const RECIPIENT_DETAIL = /^5\.(?:1\.(?![78]$)|2\.|4\.1$)/;
/**
 * Besides the recipient: 6 content, 3.4 size. Policy (7) may be ours to fix, and after the content 2.0
 * is Exchange's for a sender that we may not be.
 */
const MESSAGE_DETAIL = /^5\.(?:1\.(?![78]$)|2\.(?!0$)|3\.4$|6\.)/;

export function enhancedCodeOf(response: string): string | undefined {
  const [, leading, trailing] = ENHANCED_CODE.exec(response) ?? [];
  return leading ?? trailing;
}

export function isRelayingDenied(response: string): boolean {
  return RELAYING_DENIED.test(response);
}

/**
 * Whether a reply is about the recipient or this message, so that trying again changes nothing. All
 * else is about us, as a missing login or a refused sender, about the moment (RFC 5321, 4.2.1), or
 * does not say.
 */
export function isFinalReply({
  code,
  enhancedCode = '',
  command = '',
  ...reply
}: SmtpReply): boolean {
  if (code < 500 || LOGIN_CODES.has(code) || reply.isRelayingDenied) {
    return false;
  }
  switch (command.toUpperCase()) {
    case 'RCPT TO':
      return saysNothing(enhancedCode)
        ? RECIPIENT_CODES.has(code)
        : RECIPIENT_DETAIL.test(enhancedCode);
    case 'DATA':
      return saysNothing(enhancedCode) ? code === TOO_BIG : MESSAGE_DETAIL.test(enhancedCode);
    default:
      return false;
  }
}

function saysNothing(enhancedCode: string): boolean {
  return enhancedCode === '' || /^5\.[05]\.0$/.test(enhancedCode);
}
