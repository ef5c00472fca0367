/** An SMTP server's reply other than success. */
export interface SmtpReply {
  readonly code: number;
  readonly text: string;
  /** The command that was answered: `MAIL FROM`, `RCPT TO`, `DATA`, `AUTH PLAIN`, … */
  readonly command: string;
}

/** After the code, or at the end in brackets, as qmail does. */
const ENHANCED_CODE = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b|\(#([245]\.\d{1,3}\.\d{1,3})\)\s*$/;
/** How servers say that they relay mail only for known senders. */
const RELAYING_DENIED = /\brelay|\brcpthosts\b/i;

/** Login missing, rejected or too weak (RFC 4954, 6), in reply to any command. */
const LOGIN_CODES = new Set([530, 534, 535, 538]);
/** No such mailbox, moved, full, an invalid name, a domain without mail (RFC 5321, RFC 7504). */
const RECIPIENT_CODES = new Set([501, 550, 551, 552, 553, 556]);
const TOO_BIG = 552;
/**
 * By subject: 1 addressing (7 and 8 of the sender), 2 mailbox; 4.1 is Exchange's "no such user"; 6.7
 * and 6.9 is a server on the way that takes only ASCII (RFC 6531).
 */
const RECIPIENT_DETAIL = /^5\.(?:1\.(?![78]$)|2\.|4\.1$|6\.[79]$)/;
/**
 * Besides the recipient: 6 content, 3.4 size. Policy (7) may be ours to fix, and 2.0 after the
 * content is how Exchange rejects a sender that we are not allowed to use.
 */
const MESSAGE_DETAIL = /^5\.(?:1\.(?![78]$)|2\.(?!0$)|3\.4$|6\.)/;

/** Class, subject and detail by RFC 3463, such as `5.1.1`; many servers send none. */
export function enhancedCodeOf(text: string): string | undefined {
  const [, leading, trailing] = ENHANCED_CODE.exec(text) ?? [];
  return leading ?? trailing;
}

/**
 * Whether a reply is about the recipient or this message, so that retrying is pointless. Any other
 * reply is about us, such as a missing login or a rejected sender, about a temporary condition (RFC
 * 5321, 4.2.1), or unclear.
 */
export function isFinalReply({ code, text, command }: SmtpReply): boolean {
  if (code < 500 || LOGIN_CODES.has(code) || RELAYING_DENIED.test(text)) {
    return false;
  }
  const enhancedCode = enhancedCodeOf(text) ?? '';
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
