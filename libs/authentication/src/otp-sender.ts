import type { OperationContext, PhoneNumber } from '@org/core';

/** What sends one-time passwords. `NotificationService` of `@org/notification` does. */
export interface OtpSender {
  /** Accepts the message, in the transaction of the context. After `expiresAt` it is not sent. */
  sendSmsForAccount(
    params: {
      readonly accountId: string;
      readonly phoneNumber: PhoneNumber;
      readonly topic: 'one-time-password';
      readonly data: { readonly code: string; readonly seconds: number; readonly minutes: number };
      readonly expiresAt: Date;
    },
    context: OperationContext,
  ): Promise<unknown>;
}
