import type { OperationContext } from '@org/core';

/** How many notices a mailbox and a source may cause. `ThrottleService` of `@org/authentication` knows. */
export interface NoticeBudget {
  /**
   * Counts a notice, in the transaction of the context.
   *
   * @param params.recipient e-mail address or E.164 number
   * @returns how long the notice is to be held back, in milliseconds; 0: it may be sent
   */
  countNotice(params: { readonly recipient: string }, context: OperationContext): Promise<number>;
}

/** Holds nothing back. */
export const unlimitedNotices: NoticeBudget = { countNotice: () => Promise.resolve(0) };
