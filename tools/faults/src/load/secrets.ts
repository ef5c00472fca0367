import type { Sink, TakenMessage } from '../sinks/sink-behaviour.ts';
import { waitUntil } from '../stage/wait-until.ts';

const CODE = /\b\d{6}\b/u;
const RESET_TOKEN = /reset_password\?token=(?<token>[\w-]+)/u;
const ARRIVAL_LIMIT_MILLISECONDS = 60_000;

/** The one-time password in the last of so many messages to a number. */
export async function readCode(sink: Sink, number: string, messages = 1): Promise<string> {
  const { text } = await arrival(sink, number, messages);
  const [code] = CODE.exec(text) ?? [];
  return required(code, text);
}

/** The token in the last of so many messages to an address. */
export async function readResetToken(sink: Sink, address: string, messages = 1): Promise<string> {
  const { text } = await arrival(sink, address, messages);
  return required(RESET_TOKEN.exec(decodeQuotedPrintable(text))?.groups?.['token'], text);
}

/** A code that is as long, and another. */
export function makeWrongCodes(right: string, count: number): string[] {
  const base = Number(right);
  const digits = right.length;
  return Array.from({ length: count }, (_, index) =>
    String((base + index + 1) % 10 ** digits).padStart(digits, '0'),
  );
}

async function arrival(sink: Sink, recipient: string, messages: number): Promise<TakenMessage> {
  return waitUntil(
    { what: `A message to ${recipient}`, limitMilliseconds: ARRIVAL_LIMIT_MILLISECONDS },
    async () => sink.takenBy(recipient)[messages - 1],
  );
}

/** Mail may break a long link over two lines. */
function decodeQuotedPrintable(text: string): string {
  return text
    .replaceAll(/=\r?\n/gu, '')
    .replaceAll(/=(?<hex>[0-9A-F]{2})/gu, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
}

function required(secret: string | undefined, text: string): string {
  if (secret === undefined) {
    throw new Error(`There is no secret in the message: ${text}`);
  }
  return secret;
}
