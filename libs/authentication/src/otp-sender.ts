import type { OperationContext, PhoneNumber } from '@org/core';

/** Sends codes; implemented by `NotificationService` of `@org/notification`. */
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
      /** Whether it takes the same work, but is never sent. Default: false. */
      readonly isWithheld?: boolean | undefined;
    },
    context: OperationContext,
  ): Promise<unknown>;

  /** Likewise, by mail. */
  sendEmailForAccount(
    params: EmailCodeMessage & {
      /** Empty if the address is nobody's. */
      readonly accountId: string;
      readonly emailAddress: string;
      readonly expiresAt: Date;
      readonly locale?: string | undefined;
      readonly timeZone?: string | undefined;
      readonly isWithheld?: boolean | undefined;
    },
    context: OperationContext,
  ): Promise<unknown>;
}

/** A mail with a code; `link` logs in with it. */
export type EmailCodeMessage =
  | { readonly topic: 'contact-code'; readonly data: EmailCodeData }
  | {
      readonly topic: 'email-code' | 'email-known';
      readonly data: EmailCodeData & { readonly link: string };
    };

/** From where a code was asked for, as its mail says it. */
export interface RequestOrigin {
  /** Such as `Firefox`; empty if unknown. */
  readonly browser: string;
  /** What it runs on, such as `Windows`; empty if unknown. */
  readonly system: string;
  /** An IP address; empty if unknown. */
  readonly address: string;
}

export interface EmailCodeData extends RequestOrigin {
  readonly code: string;
  readonly seconds: number;
}
