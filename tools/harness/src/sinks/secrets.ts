import type { Sink } from './sink.ts';

const CODE = /\b\d{6}\b/u;
const RESET_TOKEN = /reset_password\?token=([\w-]+)/u;

/** The one-time password in the last of so many messages to a number, once it has come. */
export async function readCode(sink: Sink, number: string, messages = 1): Promise<string> {
  const { text } = await sink.received(number, messages);
  return required(CODE.exec(text)?.[0], text);
}

/** The token in the last of so many mails to an address, once it has come. */
export async function readResetToken(sink: Sink, address: string, messages = 1): Promise<string> {
  const { text } = await sink.received(address, messages);
  return required(RESET_TOKEN.exec(text)?.[1], text);
}

/** A mail may break a long link over two lines. */
export function decodeQuotedPrintable(text: string): string {
  return text
    .replaceAll(/=\r?\n/gu, '')
    .replaceAll(/=([0-9A-F]{2})/gu, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
}

function required(secret: string | undefined, text: string): string {
  if (secret === undefined) {
    throw new Error(`There is no secret in the message: ${text}`);
  }
  return secret;
}
