import { createHash } from 'node:crypto';

import {
  AppError,
  check,
  describePhoneNumber,
  isEmailAddress,
  parseCalendarTime,
  parseStoredPhoneNumber,
  toCanonicalId,
} from '@org/core';
import { parseObjectId, type NewDocument } from '@org/core/store';

import { AccountBadRequestError } from '../../errors.ts';
import type { CompleteDependencies } from '../account-dependencies.ts';
import * as given from '../account-parameters.ts';
import type { PasswordHasher } from '../password/password-hasher.ts';
import { EMPTY_ACCOUNT, type AccountDocument } from '../store/account-model.ts';
import { normalizeUsername } from '../username.ts';
import { decodeLine, LineRefusedError, parseLine } from './account-line.ts';

/** An account that a line describes. */
export interface AccountDraft {
  readonly document: NewDocument<AccountDocument> & Pick<AccountDocument, '_id'>;
  /** Whether the line names the id. */
  readonly hasId: boolean;
}

interface Line {
  readonly id?: string | null;
  readonly username?: string | null;
  readonly first_name?: string | null;
  readonly last_name?: string | null;
  readonly email?: string | null;
  readonly email_verified?: boolean | null;
  readonly phone_number?: string | null;
  readonly phone_number_verified?: boolean | null;
  readonly hashed_password?: string | null;
  readonly created_at?: string | null;
  readonly disabled_at?: string | null;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

const { optional, nullable, text, flag } = check;
const shortText = optional(nullable(text(1_024)));
const optionalFlag = optional(nullable(flag));
const FIELDS = {
  id: shortText,
  username: shortText,
  first_name: shortText,
  last_name: shortText,
  email: shortText,
  email_verified: optionalFlag,
  phone_number: shortText,
  phone_number_verified: optionalFlag,
  hashed_password: optional(nullable(text(2_048))),
  created_at: shortText,
  disabled_at: shortText,
};
const checkFields = check.parameters(
  FIELDS,
  (...problem: ConstructorParameters<typeof AccountBadRequestError>) =>
    new AccountBadRequestError(...problem),
);

/** Reads accounts from lines of JSON. */
export class AccountLineReader {
  readonly #dependencies: Pick<CompleteDependencies, 'clock' | 'fields'>;
  readonly #hasher: PasswordHasher;

  constructor(
    dependencies: Pick<CompleteDependencies, 'clock' | 'fields'>,
    hasher: PasswordHasher,
  ) {
    this.#dependencies = dependencies;
    this.#hasher = hasher;
  }

  /**
   * @returns `undefined` for an empty line
   * @throws LineRefusedError
   */
  read(bytes: Uint8Array): AccountDraft | undefined {
    const json = decodeLine(bytes);
    if (json === '') {
      return undefined;
    }
    const line = parseLine(json);
    this.#assertKnown(line);
    try {
      return this.#toDraft(json, checkFields(line));
    } catch (error) {
      // What a check says of a field has the field's name, and never its value.
      throw error instanceof AppError
        ? new LineRefusedError('invalid-field', error.message)
        : error;
    }
  }

  #assertKnown(line: object): void {
    const names = new Set([...Object.keys(FIELDS), ...this.#dependencies.fields.wireNames]);
    const unknown = Object.keys(line).find((name) => !names.has(name));
    if (unknown === 'password') {
      throw new LineRefusedError(
        'plain-password',
        'has a password; only hashed_password is imported, or nothing: the owner can ask for a reset',
      );
    }
    if (unknown !== undefined) {
      // Not which: in a broken line, a name may be anything.
      const known = [...names].join(', ');
      throw new LineRefusedError('unknown-field', `has a field other than ${known}`);
    }
  }

  #toDraft(json: string, line: Line): AccountDraft {
    const { fields } = this.#dependencies;
    const declared = fields.fromStored(line as Readonly<Record<string, unknown>>);
    given.checkDeclaredFields(declared, fields);
    const created_at = this.#timeOf(line, 'created_at');
    const disabled_at = this.#timeOf(line, 'disabled_at');
    const document = {
      ...EMPTY_ACCOUNT,
      _id: idOf(json, line),
      ...namesOf(line),
      ...contactsOf(line),
      hashed_password: this.#hashOf(line),
      ...(created_at && { created_at }),
      ...(disabled_at && { disabled_at }),
      ...fields.toStoredAnew(declared),
    };
    assertHasLogin(document);
    return { document, hasId: Boolean(line.id) };
  }

  #hashOf({ hashed_password: hash }: Line): string {
    if (hash && !this.#hasher.isVerifiable(hash)) {
      const problem = 'is in no format that a password can be compared with, or costs too much';
      throw AccountBadRequestError.ofField('hashed_password', problem);
    }
    return hash ?? '';
  }

  #timeOf(line: Line, field: 'created_at' | 'disabled_at'): Date | undefined {
    const value = line[field];
    if (value == null) {
      return undefined;
    }
    const time = TIME.test(value) ? parseCalendarTime(value) : undefined;
    if (time === undefined) {
      throw AccountBadRequestError.ofField(field, 'must be a time such as 2026-01-31T12:00:00Z');
    }
    if (time > this.#dependencies.clock.now()) {
      throw AccountBadRequestError.ofField(field, 'must not be in the future');
    }
    return time;
  }
}

/** By any way that log-ins, codes and reset links take; support could not help any other account. */
function assertHasLogin({
  username,
  hashed_password: hash,
  email_verified: isEmailVerified,
  phone_number: number,
}: NewDocument<AccountDocument>): void {
  const hasLogin =
    isEmailVerified ||
    (isEmailAddress(username) && number === null) ||
    (username !== '' && hash !== '') ||
    (number !== null && getsCodes(number));
  if (!hasLogin) {
    throw new LineRefusedError(
      'no-login',
      'lets nobody in: it needs "email_verified": true, a username that is an e-mail address, a username and a hashed_password, or a phone number that is not premium-rate',
    );
  }
}

function getsCodes(number: NonNullable<AccountDocument['phone_number']>): boolean {
  const { country_code: countryCode, phone_number: phoneNumber } = number;
  return describePhoneNumber({ countryCode, phoneNumber }).cost !== 'premium';
}

/** A line without an id always gives the same account, so that it is recognised when read again. */
function idOf(json: string, { id }: Line): AccountDocument['_id'] {
  const hex = id || createHash('sha256').update(json).digest('hex').slice(0, 24);
  const parsed = parseObjectId(toCanonicalId(hex));
  if (parsed === undefined) {
    throw AccountBadRequestError.ofField('id', 'must be 24 hexadecimal digits');
  }
  return parsed;
}

function namesOf({ username, first_name, last_name }: Line) {
  given.checkNames({ firstName: first_name, lastName: last_name });
  return {
    username: username ? normalizeUsername(username) : '',
    first_name: first_name ?? '',
    last_name: last_name ?? '',
  };
}

function contactsOf(line: Line) {
  const email = line.email ? given.normalizeEmail(line.email) : null;
  return {
    email,
    email_verified: email !== null && line.email_verified === true,
    ...(line.phone_number ? numberOf(line.phone_number, line) : {}),
  };
}

function numberOf(phoneNumber: string, { phone_number_verified: isVerified }: Line) {
  const parsed = parseStoredPhoneNumber({ countryCode: '', phoneNumber });
  if (parsed === undefined) {
    throw AccountBadRequestError.ofField('phone_number', 'must be a number such as +919999999999');
  }
  if (isVerified !== true) {
    const problem = 'must be true: an account whose number is not proved would soon be removed';
    throw AccountBadRequestError.ofField('phone_number_verified', problem);
  }
  return {
    phone_number: { country_code: parsed.countryCode, phone_number: parsed.phoneNumber },
    phone_number_proved: true,
  };
}
