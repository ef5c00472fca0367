import { mailboxOf, normalizeSource, type OperationContext, type PhoneNumber } from '@org/core';

import type { ThrottleBudgetKind } from '../../types.ts';
import { normalizeName, normalizePhoneNumber, toCounterKey } from './throttle-util.ts';

/** Something with budgets, and the key that it is counted under. */
export interface Budgeted {
  readonly kind: ThrottleBudgetKind;
  readonly key: string;
}

export function budgetOf(kind: ThrottleBudgetKind, subject: string): Budgeted {
  return { kind, key: toCounterKey(kind, subject) };
}

/** The budget of the request's source; none if that is unknown. */
export function budgetOfSource(
  kind: ThrottleBudgetKind,
  { sourceAddress }: OperationContext,
): readonly Budgeted[] {
  return sourceAddress === undefined ? [] : [budgetOf(kind, normalizeSource(sourceAddress))];
}

export function budgetOfNumberAndSource(
  kind: ThrottleBudgetKind,
  phoneNumber: PhoneNumber,
  context: OperationContext,
): Budgeted {
  return budgetOf(kind, JSON.stringify([normalizePhoneNumber(phoneNumber), sourceOf(context)]));
}

/** @param isKnownSource whether its owner has logged in from there: then it has its own budget */
export function budgetsOfOtpRequest(
  phoneNumber: PhoneNumber,
  isKnownSource: boolean,
  context: OperationContext,
): readonly Budgeted[] {
  return [
    ...budgetOfSource('otp-request-source', context),
    isKnownSource
      ? budgetOfNumberAndSource('otp-request-known-source', phoneNumber, context)
      : budgetOf('otp-request-number', normalizePhoneNumber(phoneNumber)),
  ];
}

/** @param isKnownSource whether its owner has logged in from there: then it has its own budgets */
export function budgetsOfResetRequest(
  name: string,
  isKnownSource: boolean,
  context: OperationContext,
): readonly Budgeted[] {
  const key = normalizeName(name);
  const mailbox = mailboxOf(key);
  const ofSource = budgetOfSource('reset-request-source', context);
  if (!isKnownSource) {
    return [
      ...ofSource,
      budgetOf('reset-request-name', key),
      budgetOf('reset-request-mailbox', mailbox),
    ];
  }
  // Signing up with another spelling of a mailbox gives access to that account, and must not use up
  // the mails for the account that has the mailbox as its name.
  const ofMailbox = JSON.stringify([mailbox, mailbox === key]);
  return [
    ...ofSource,
    budgetOf('reset-request-known-source', JSON.stringify([key, sourceOf(context)])),
    budgetOf('reset-request-known-mailbox', ofMailbox),
  ];
}

function sourceOf({ sourceAddress }: OperationContext): string {
  return sourceAddress === undefined ? '' : normalizeSource(sourceAddress);
}
