import type { OperationContext, PhoneNumber } from '@org/core';

/** Sends one-time passwords; implemented by `NotificationService` of `@org/notification`. */
export interface OtpSender {
  /** Accepts the message, in the context's transaction. It is not sent after `expiresAt`. */
  sendSmsForAccount(
    params: {
      readonly accountId: string;
      readonly phoneNumber: PhoneNumber;
      readonly topic: 'one-time-password';
      readonly data: { readonly code: string; readonly seconds: number; readonly minutes: number };
      readonly expiresAt: Date;
      /** The recipient's; any text. */
      readonly locale?: string | undefined;
      readonly timeZone?: string | undefined;
    },
    context: OperationContext,
  ): Promise<unknown>;
}
