import { mailboxOf, normalizeSource, OperationContext } from '@org/core';

import type { ThrottleBudgetKind } from '../../types.ts';
import { normalizeName, toCounterKey, type CodeRecipient } from './throttle-util.ts';

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

/** The budgets of codes, by what they are sent to. */
const CODE_BUDGETS = {
  number: {
    failure: 'otp-failure-number-source',
    request: 'otp-request-number',
    knownSource: 'otp-request-known-source',
    source: 'otp-request-source',
  },
  email: {
    failure: 'email-code-failure-mailbox-source',
    request: 'email-code-request-mailbox',
    knownSource: 'email-code-request-known-source',
    source: 'email-code-request-source',
  },
} as const;

export function budgetsOfOtpFailure(
  { kind, subject }: CodeRecipient,
  context: OperationContext,
): readonly Budgeted[] {
  return [
    budgetOf(CODE_BUDGETS[kind].failure, JSON.stringify([subject, sourceOf(context)])),
    ...budgetOfSource('login-source', context),
  ];
}

/** @param isKnownSource whether its owner has logged in from there: then it has its own budget */
export function budgetsOfOtpRequest(
  { kind, subject }: CodeRecipient,
  isKnownSource: boolean,
  context: OperationContext,
): readonly Budgeted[] {
  const { request, knownSource, source } = CODE_BUDGETS[kind];
  return [
    ...budgetOfSource(source, context),
    isKnownSource
      ? budgetOf(knownSource, JSON.stringify([subject, sourceOf(context)]))
      : budgetOf(request, subject),
  ];
}

/** Every budget that counts what is sent to an account by these, from any source but known ones. */
export function budgetsOfAccount(
  accountId: string,
  names: readonly string[],
  recipients: readonly CodeRecipient[],
): readonly Budgeted[] {
  const anywhere = OperationContext.anonymous('');
  return [
    budgetOf('reset-account', accountId),
    ...names.flatMap((name) => budgetsOfResetRequest(name, false, anywhere)),
    ...recipients.flatMap((recipient) => budgetsOfOtpRequest(recipient, false, anywhere)),
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

/** @param params.isProved whether an account has proved the recipient: others cannot use that up */
export function budgetsOfNotice(
  {
    recipient,
    isProved = false,
  }: { readonly recipient: string; readonly isProved?: boolean | undefined },
  context: OperationContext,
): readonly Budgeted[] {
  const mailbox = mailboxOf(recipient);
  return isProved
    ? [budgetOf('notice-recipient', JSON.stringify([mailbox, 'proved']))]
    : [...budgetOfSource('notice-source', context), budgetOf('notice-recipient', mailbox)];
}

function sourceOf({ sourceAddress }: OperationContext): string {
  return sourceAddress === undefined ? '' : normalizeSource(sourceAddress);
}
