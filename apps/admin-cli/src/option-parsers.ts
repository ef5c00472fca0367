import {
  isReason,
  isVisible,
  LONGEST_REASON,
  parseCalendarTime,
  parseStoredPhoneNumber,
  type PhoneNumber,
} from '@org/core';
import { InvalidArgumentError } from 'commander';

const ROLE_NAME = /^[a-z][a-z0-9-]{0,63}$/;
const LONGEST_OPERATOR = 100;

export function parseOperator(text: string): string {
  if (!text.isWellFormed() || !isVisible(text) || text.length > LONGEST_OPERATOR) {
    throw new InvalidArgumentError(
      `It must be a name of at most ${LONGEST_OPERATOR} characters, without blanks around it.`,
    );
  }
  return text;
}

/** For the audit log, where it stays. */
export function parseReason(text: string): string {
  if (!isReason(text)) {
    throw new InvalidArgumentError(
      `It must be a text of 1 to ${LONGEST_REASON} characters, one of them visible.`,
    );
  }
  return text;
}

/** What cannot be one would stay in the record for good, such as a person's name. */
export function parseRoleName(text: string): string {
  if (!ROLE_NAME.test(text)) {
    throw new InvalidArgumentError('It must be the name of a role, such as support.');
  }
  return text;
}

export function parseFile(text: string): string {
  if (text === '') {
    throw new InvalidArgumentError('It must be the name of a file.');
  }
  return text;
}

export function parseLimit(text: string): number {
  const limit = Number(text);
  if (!/^\d+$/.test(text) || limit < 1) {
    throw new InvalidArgumentError('It must be a whole number from 1 on.');
  }
  return limit;
}

export function parseTime(text: string): Date {
  const time = parseCalendarTime(text);
  if (time === undefined) {
    throw new InvalidArgumentError(
      'It must be a day such as 2026-01-31 (UTC) or a time such as 2026-01-31T12:00:00Z.',
    );
  }
  return time;
}

/** In any form that login accepts. */
export function parsePhoneNumberOption(text: string): PhoneNumber {
  const phoneNumber = parseStoredPhoneNumber({ countryCode: '', phoneNumber: text });
  if (phoneNumber === undefined) {
    throw new InvalidArgumentError('It must be a phone number such as +919999999999.');
  }
  return phoneNumber;
}

export function parsePayload(text: string): object {
  const payload = parseJson(text);
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    throw new InvalidArgumentError('It must be a JSON object.');
  }
  return payload;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
