import type { OperationContext } from '@org/core';

/** Limits how many notices a mailbox receives and a source causes: see `ThrottleService`. */
export interface NoticeBudget {
  /**
   * Counts a notice, in the context's transaction. One that was held back is counted when it is due.
   *
   * @param params.recipient e-mail address or E.164 number
   * @param params.isProved whether an account has proved the recipient: such notices have a budget of
   *   their own, which others cannot use up. Default: false
   * @returns how long to hold back the notice, in milliseconds; 0: it may be sent
   */
  countNotice(
    params: { readonly recipient: string; readonly isProved?: boolean | undefined },
    context: OperationContext,
  ): Promise<number>;
}

/** Holds nothing back. */
export const unlimitedNotices: NoticeBudget = { countNotice: () => Promise.resolve(0) };
