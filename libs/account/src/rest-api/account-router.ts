import { TooManyRequestsError, type ErrorType } from '@org/core';
import { defineRoute } from '@org/core/rest-api';
import * as Type from 'typebox';

import type { DeclaredFields } from '../fields/declared-fields.ts';
import {
  AccountBadRequestError,
  AccountInvalidCredentialsError,
  AccountWithIdNotFoundError,
  AccountWithUserNameExistsError,
} from '../errors.ts';
import {
  AccountPath,
  AccountQuery,
  preferencesForms,
  resetRequestForms,
  type AccountForms,
} from './account-form-schema.ts';
import {
  accountExportReplyWith,
  accountReplyWith,
  NotificationPreferencesReply,
} from './account-reply-schema.ts';

/** Errors of modules that this layer does not import. */
const OTP_REQUEST_FAILED = { code: 'OTP_ERR_03', httpStatus: 400 };
const PREFERENCES_NOT_FOUND = { code: 'NOTIFICATION_ERR_01', httpStatus: 404 };
const RESET_TOKEN_NOT_FOUND = { code: 'PASSWORD_RESET_TOKEN_ERR_01', httpStatus: 404 };

const UPDATE_ERRORS = [
  AccountBadRequestError,
  AccountInvalidCredentialsError,
  AccountWithIdNotFoundError,
  RESET_TOKEN_NOT_FOUND,
];

const EmailSignUpReply = Type.Object(
  {
    expires_at: Type.String({
      format: 'date-time',
      description: 'When the code expires that is mailed. The account begins with it.',
    }),
  },
  { examples: [{ expires_at: '2026-01-01T00:05:00.000Z' }] },
);

const ResetRequestReply = Type.Object(
  {
    expires_at: Type.String({
      format: 'date-time',
      description: 'When the link expires that is mailed if there is such an account.',
    }),
  },
  { examples: [{ expires_at: '2026-01-01T00:30:00.000Z' }] },
);

const accounts = { tag: 'accounts' } as const;
const one = {
  ...accounts,
  path: '/accounts/:account_id',
  params: AccountPath,
  access: 'owner',
} as const;

const createPasswordResetToken = defineRoute({
  method: 'POST',
  path: '/password-reset-tokens',
  operationId: 'createPasswordResetToken',
  summary: 'Ask for a mail with a link to set a new password',
  tag: 'password-reset-tokens',
  access: 'anyone',
  body: resetRequestForms,
  isIdempotent: true,
  reply: { status: 201, schema: ResetRequestReply },
  errors: [AccountBadRequestError],
});

const updatePreferences = defineRoute({
  ...one,
  method: 'PATCH',
  path: '/accounts/:account_id/notification-preferences',
  operationId: 'updateNotificationPreferences',
  summary: 'Choose which messages that can be switched off an account wants',
  body: preferencesForms,
  reply: { status: 200, schema: NotificationPreferencesReply },
  errors: [AccountBadRequestError, AccountWithIdNotFoundError],
});

const getPreferences = defineRoute({
  ...one,
  method: 'GET',
  path: '/accounts/:account_id/notification-preferences',
  operationId: 'getNotificationPreferences',
  summary: 'Read which messages that can be switched off an account wants',
  reply: { status: 200, schema: NotificationPreferencesReply },
  errors: [PREFERENCES_NOT_FOUND],
});

function deletionWith(endErrors: readonly ErrorType[]) {
  return defineRoute({
    ...one,
    method: 'DELETE',
    operationId: 'deleteAccount',
    summary: 'Delete an account; it can be restored for a while',
    recent: true,
    reply: { status: 204, schema: Type.Null({ description: 'The account is deleted.' }) },
    errors: [AccountWithIdNotFoundError, ...endErrors],
  });
}

function exportWith(fields: DeclaredFields) {
  return defineRoute({
    ...one,
    method: 'GET',
    path: '/accounts/:account_id/export',
    operationId: 'exportAccount',
    summary: 'Everything that is stored about an account',
    recent: true,
    reply: { status: 200, schema: accountExportReplyWith(fields) },
    errors: [AccountWithIdNotFoundError, TooManyRequestsError],
  });
}

export function accountRoutesWith(
  fields: DeclaredFields,
  forms: AccountForms,
  endErrors: readonly ErrorType[],
) {
  const reply = { status: 200, ...accountReplyWith(fields) };
  return {
    createPasswordResetToken,
    createAccount: defineRoute({
      ...accounts,
      method: 'POST',
      path: '/accounts',
      operationId: 'createAccount',
      summary: 'Sign up with a username, or get a code for an e-mail address or phone number',
      access: 'anyone',
      body: forms.signUp,
      // A rejected form is counted before it is answered.
      handlesRefusals: true,
      isIdempotent: true,
      reply: { ...reply, status: 201, others: { 202: EmailSignUpReply } },
      errors: [AccountBadRequestError, OTP_REQUEST_FAILED, AccountWithUserNameExistsError],
    }),
    getAccount: defineRoute({
      ...one,
      method: 'GET',
      operationId: 'getAccount',
      summary: 'Read an account',
      query: AccountQuery,
      reply,
      errors: [AccountBadRequestError, AccountWithIdNotFoundError],
    }),
    updateAccount: defineRoute({
      ...one,
      method: 'PATCH',
      operationId: 'updateAccount',
      summary: 'Change the names or the password of an account, or reset its password',
      body: forms.update,
      reply,
      errors: UPDATE_ERRORS,
    }),
    deleteAccount: deletionWith(endErrors),
    exportAccount: exportWith(fields),
    getPreferences,
    updatePreferences,
  };
}
