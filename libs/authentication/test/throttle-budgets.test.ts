import { OperationContext } from '@org/core';
import { describe, expect, it } from 'vitest';

import {
  budgetOf,
  budgetOfSource,
  budgetsOfAccount,
  budgetsOfNotice,
  budgetsOfOtpFailure,
  budgetsOfOtpRequest,
  budgetsOfResetRequest,
} from '../src/internal/throttle/throttle-budget-util.ts';
import { toCounterKey, type CodeRecipient } from '../src/internal/throttle/throttle-util.ts';

const source = '192.0.2.1';
const context = OperationContext.anonymous('request-1', source);
const nowhere = OperationContext.anonymous('request-1');
const number: CodeRecipient = { kind: 'number', subject: '919999999999', loginKey: 'a' };
const email: CodeRecipient = { kind: 'email', subject: 'ada@example.org', loginKey: 'b' };
const together = (...parts: readonly unknown[]) => JSON.stringify(parts);

describe('a budget', () => {
  it('is counted under its kind and a hash of whom it limits', () => {
    expect(budgetOf('reset-account', 'a')).toEqual({
      kind: 'reset-account',
      key: toCounterKey('reset-account', 'a'),
    });
  });

  it('of a source is none where the source is unknown', () => {
    expect(budgetOfSource('login-source', context)).toEqual([budgetOf('login-source', source)]);
    expect(budgetOfSource('login-source', nowhere)).toEqual([]);
  });
});

describe('the budgets of a notice', () => {
  const recipient = 'Ada+1@example.org';

  it('are those of its source and mailbox', () => {
    expect(budgetsOfNotice({ recipient }, context)).toEqual([
      budgetOf('notice-source', source),
      budgetOf('notice-recipient', 'ada@example.org'),
    ]);
  });

  it('are one of their own where an account has proved the mailbox', () => {
    expect(budgetsOfNotice({ recipient, isProved: true }, context)).toEqual([
      budgetOf('notice-recipient', together('ada@example.org', 'proved')),
    ]);
  });
});

describe('the budgets of a wrong code', () => {
  it.each([
    ['number', number, 'otp-failure-number-source'],
    ['address', email, 'email-code-failure-mailbox-source'],
  ] as const)('are those of its %s and source, and of the source', (_what, recipient, kind) => {
    expect(budgetsOfOtpFailure(recipient, context)).toEqual([
      budgetOf(kind, together(recipient.subject, source)),
      budgetOf('login-source', source),
    ]);
    expect(budgetsOfOtpFailure(recipient, nowhere)).toEqual([
      budgetOf(kind, together(recipient.subject, '')),
    ]);
  });
});

describe('the budgets of a request for a code', () => {
  it.each([
    ['number', number, 'otp-request'],
    ['address', email, 'email-code-request'],
  ] as const)('are its %s’s own where its owner is known', (_what, recipient, kind) => {
    const common = recipient.kind === 'number' ? 'number' : 'mailbox';

    expect(budgetsOfOtpRequest(recipient, false, context)).toEqual([
      budgetOf(`${kind}-source`, source),
      budgetOf(`${kind}-${common}` as 'otp-request-number', recipient.subject),
    ]);
    expect(budgetsOfOtpRequest(recipient, true, context)).toEqual([
      budgetOf(`${kind}-source`, source),
      budgetOf(`${kind}-known-source`, together(recipient.subject, source)),
    ]);
  });
});

describe('the budgets of a request to reset a password', () => {
  it('are the name’s and the mailbox’s, for anybody', () => {
    const name = 'ada+shop@gmail.com';

    expect(budgetsOfResetRequest('Ada+Shop@gmail.com', false, context)).toEqual([
      budgetOf('reset-request-source', source),
      budgetOf('reset-request-name', name),
      budgetOf('reset-request-mailbox', 'ada@gmail.com'),
    ]);
  });

  it('are others for a known source, and for other spellings of a mailbox', () => {
    expect(budgetsOfResetRequest('ada@gmail.com', true, context)).toEqual([
      budgetOf('reset-request-source', source),
      budgetOf('reset-request-known-source', together('ada@gmail.com', source)),
      budgetOf('reset-request-known-mailbox', together('ada@gmail.com', true)),
    ]);
    expect(budgetsOfResetRequest('ada+shop@gmail.com', true, nowhere)).toEqual([
      budgetOf('reset-request-known-source', together('ada+shop@gmail.com', '')),
      budgetOf('reset-request-known-mailbox', together('ada@gmail.com', false)),
    ]);
  });
});

describe(budgetsOfAccount, () => {
  it('are all that count what is sent to it, from wherever', () => {
    expect(budgetsOfAccount('a', ['ada@example.org'], [number, email])).toEqual([
      budgetOf('reset-account', 'a'),
      budgetOf('reset-request-name', 'ada@example.org'),
      budgetOf('reset-request-mailbox', 'ada@example.org'),
      budgetOf('otp-request-number', number.subject),
      budgetOf('email-code-request-mailbox', email.subject),
    ]);
  });
});
