import type { OperationContext } from '@org/core';

/** What a person recognizes a session by: names that this module gives, not the client. */
export interface Device {
  /** Such as `Windows` or `iPhone`; `null` if unknown. */
  readonly device: string | null;
  /** Such as `Firefox`; `null` if unknown. */
  readonly browser: string | null;
}

/** A login from a device that none of the account's latest sessions is from. */
export interface NewDevice extends Device {
  readonly accountId: string;
  /** The session that is being started. */
  readonly sessionId: string;
  /** Whether the account has no other session, live or ended. */
  readonly isFirst: boolean;
  /** The client's address. */
  readonly ip: string;
  readonly at: Date;
  /** For `AuthenticationService.reverseSession`: once, and for 7 days. */
  readonly token: string;
}

export type NewDeviceListener = (device: NewDevice, context: OperationContext) => Promise<void>;
