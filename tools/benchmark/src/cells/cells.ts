import type { Cell } from './cell.ts';
import { coldStart } from './cold-start.ts';
import { createAccount, login, readOwnAccount, updateProfile } from './everyday-requests.ts';
import { memory } from './memory.ts';
import { numberOfAccounts } from './number-of-accounts.ts';
import { otpJourney } from './otp-journey.ts';
import { providerDown } from './provider-down.ts';
import { readsDuringLogins } from './reads-during-logins.ts';
import { refresh } from './refresh.ts';
import { sameTime } from './same-time.ts';
import { tokenVerification } from './token-verification.ts';

/** Every cell, in the order in which they are measured. */
export const CELLS: readonly Cell[] = [
  coldStart,
  readOwnAccount,
  updateProfile,
  login,
  createAccount,
  otpJourney,
  refresh,
  readsDuringLogins,
  memory,
  numberOfAccounts,
  providerDown,
  sameTime,
  tokenVerification,
];
