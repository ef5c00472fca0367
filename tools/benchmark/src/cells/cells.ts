import type { Cell } from './cell.ts';
import { coldStart } from './cold-start.ts';
import { LOAD_CELLS } from './load-cells.ts';
import { memory } from './memory.ts';
import { numberOfAccounts } from './number-of-accounts.ts';
import { otpDelivery } from './otp-delivery.ts';
import { providerDown } from './provider-down.ts';
import { queue } from './queue.ts';
import { readsDuringLogins } from './reads-during-logins.ts';
import { sameTime } from './same-time.ts';
import { tokenVerification } from './token-verification.ts';
import { tracing } from './tracing.ts';

/** Every cell, in the order in which they are measured. */
export const CELLS: readonly Cell[] = [
  coldStart,
  ...LOAD_CELLS,
  readsDuringLogins,
  memory,
  numberOfAccounts,
  providerDown,
  otpDelivery,
  queue,
  sameTime,
  tokenVerification,
  tracing,
];
