import { formatE164 } from '@org/core';

import type { DeclaredFields } from '../../fields/declared-fields.ts';
import type { LineRefusalCode } from './imported-batch.ts';
import { normalPhoneNumberOf } from '../account-util.ts';
import { AccountModel } from '../store/account-model.ts';

const MAXIMUM_LINE_BYTES = 1024 * 1024;

/** A line that is not imported; the message never repeats what it says. */
export class LineRefusedError extends Error {
  readonly code: LineRefusalCode;

  constructor(code: LineRefusalCode, reason: string) {
    super(reason);
    this.name = new.target.name;
    this.code = code;
  }
}

/** What an import reads again as the same account. */
export function toAccountLine(
  document: object,
  fields: DeclaredFields,
  { withHashes = false } = {},
): Readonly<Record<string, unknown>> {
  const account = AccountModel.fromBson(document);
  const number = normalPhoneNumberOf(account) ?? account.phoneNumber;
  return {
    id: account.id,
    username: account.username || null,
    first_name: account.firstName,
    last_name: account.lastName,
    email: account.email,
    email_verified: account.isEmailVerified,
    phone_number: number && formatE164(number),
    phone_number_verified: account.hasProvedPhoneNumber,
    ...(withHashes ? { hashed_password: account.hashedPassword || null } : {}),
    created_at: account.createdAt.toISOString(),
    disabled_at: account.disabledAt?.toISOString() ?? null,
    ...fields.toStored(fields.valuesOf(account.document)),
  };
}

/** @throws LineRefusedError if it is no text of a permitted length */
export function decodeLine(bytes: Uint8Array): string {
  if (bytes.length > MAXIMUM_LINE_BYTES) {
    throw new LineRefusedError('too-long', `has more than ${MAXIMUM_LINE_BYTES} bytes`);
  }
  return decode(bytes).trim();
}

/** Leaves out a byte order mark, as some programs begin a file. */
const decoder = new TextDecoder('utf-8', { fatal: true });

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new LineRefusedError('not-utf-8', 'is not UTF-8');
  }
}

/** @throws LineRefusedError */
export function parseLine(json: string): object {
  let line: unknown;
  try {
    // The error of JSON.parse would repeat what it read.
    line = JSON.parse(json);
  } catch {
    line = undefined;
  }
  if (typeof line !== 'object' || line === null || Array.isArray(line)) {
    throw new LineRefusedError('not-json', 'is not a JSON object');
  }
  return line;
}
