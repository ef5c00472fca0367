import type { OperationContext } from '@org/core';

/** Limits how many notices a mailbox receives and a source causes: see `ThrottleService`. */
export interface NoticeBudget {
  /**
   * Counts a notice, in the context's transaction. One that was held back is counted when it is due.
   *
   * @param params.recipient e-mail address or E.164 number
   * @param params.provedBy the account that has proved the recipient, if one has: it has a budget of
   *   its own, which others cannot use up
   * @returns how long to hold back the notice, in milliseconds; 0: it may be sent
   */
  countNotice(
    params: { readonly recipient: string; readonly provedBy?: string | undefined },
    context: OperationContext,
  ): Promise<number>;
}

/** Holds nothing back. */
export const unlimitedNotices: NoticeBudget = { countNotice: () => Promise.resolve(0) };
