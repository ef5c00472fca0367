import { defineEvent } from '@org/events';
import { Type } from 'typebox';

const ofAccount = Type.Object({ accountId: Type.String() });

/** Somebody signed up; the phone number of an account that was made with one is not proved yet. */
export const accountCreated = defineEvent('account.created', { version: 1, payload: ofAccount });

export const accountProfileUpdated = defineEvent('account.profile-updated', {
  version: 1,
  payload: Type.Object({
    accountId: Type.String(),
    /** Names of the fields that were given, as in `Account`. */
    fields: Type.Array(Type.String()),
  }),
});

/** The owner proved the phone number with a one-time password. */
export const accountPhoneNumberProved = defineEvent('account.phone-number-proved', {
  version: 1,
  payload: ofAccount,
  isRefusable: false,
});

/** The owner proved the account's e-mail address, which may be a new one. */
export const accountEmailProved = defineEvent('account.email-proved', {
  version: 1,
  payload: ofAccount,
  isRefusable: false,
});

/** The password was changed or reset. */
export const accountPasswordChanged = defineEvent('account.password-changed', {
  version: 1,
  payload: ofAccount,
  isRefusable: false,
});

/** The account answers as an unknown one from now on. It can be restored until it is erased. */
export const accountDeleted = defineEvent('account.deleted', { version: 1, payload: ofAccount });

export const accountRestored = defineEvent('account.restored', { version: 1, payload: ofAccount });

/** Operators disabled the account: nobody can log in to it until it is enabled. It keeps its names. */
export const accountDisabled = defineEvent('account.disabled', {
  version: 1,
  payload: ofAccount,
  isRefusable: false,
});

export const accountEnabled = defineEvent('account.enabled', {
  version: 1,
  payload: ofAccount,
  isRefusable: false,
});

/** Nothing is left of the account, or of one whose phone number was never proved. */
export const accountErased = defineEvent('account.erased', {
  version: 1,
  payload: ofAccount,
  isRefusable: false,
});
