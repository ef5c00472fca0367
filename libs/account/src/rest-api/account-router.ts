import { TooManyRequestsError } from '@org/core';
import { defineRoute } from '@org/core/rest-api';
import * as Type from 'typebox';

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
  signUpForms,
  updateForms,
} from './account-form-schema.ts';
import {
  AccountExportReply,
  AccountReply,
  NotificationPreferencesReply,
  ResetRequestReply,
} from './account-reply-schema.ts';

/** Errors of @org/authentication, which this layer does not import. */
const OTP_REQUEST_FAILED = { code: 'OTP_ERR_03', httpStatus: 400 };
const RESET_TOKEN_NOT_FOUND = { code: 'PASSWORD_RESET_TOKEN_ERR_01', httpStatus: 404 };

const accounts = { tag: 'accounts' } as const;
const one = { path: '/accounts/:account_id', params: AccountPath, access: 'owner' } as const;

export const accountRoutes = {
  createPasswordResetToken: defineRoute({
    method: 'POST',
    path: '/password-reset-tokens',
    operationId: 'createPasswordResetToken',
    summary: 'Ask for a mail with a link to set a new password',
    tag: 'password-reset-tokens',
    access: 'anyone',
    body: resetRequestForms,
    reply: { status: 201, schema: ResetRequestReply },
    errors: [AccountBadRequestError],
  }),
  createAccount: defineRoute({
    ...accounts,
    method: 'POST',
    path: '/accounts',
    operationId: 'createAccount',
    summary: 'Sign up with a username, or get a one-time password for a phone number',
    access: 'anyone',
    body: signUpForms,
    // A rejected form is counted before it is answered.
    handlesRefusals: true,
    reply: { status: 201, schema: AccountReply },
    errors: [AccountBadRequestError, OTP_REQUEST_FAILED, AccountWithUserNameExistsError],
  }),
  getAccount: defineRoute({
    ...accounts,
    ...one,
    method: 'GET',
    operationId: 'getAccount',
    summary: 'Read an account',
    query: AccountQuery,
    reply: { status: 200, schema: AccountReply },
    errors: [AccountWithIdNotFoundError],
  }),
  updateAccount: defineRoute({
    ...accounts,
    ...one,
    method: 'PATCH',
    operationId: 'updateAccount',
    summary: 'Change the names or the password of an account, or reset its password',
    body: updateForms,
    reply: { status: 200, schema: AccountReply },
    errors: [
      AccountBadRequestError,
      AccountInvalidCredentialsError,
      AccountWithIdNotFoundError,
      RESET_TOKEN_NOT_FOUND,
    ],
  }),
  deleteAccount: defineRoute({
    ...accounts,
    ...one,
    method: 'DELETE',
    operationId: 'deleteAccount',
    summary: 'Delete an account; it can be restored for a while',
    reply: { status: 204, schema: Type.Null({ description: 'The account is deleted.' }) },
    errors: [AccountWithIdNotFoundError],
  }),
  exportAccount: defineRoute({
    ...accounts,
    ...one,
    method: 'GET',
    path: '/accounts/:account_id/export',
    operationId: 'exportAccount',
    summary: 'Everything that is stored about an account',
    reply: { status: 200, schema: AccountExportReply },
    errors: [AccountWithIdNotFoundError, TooManyRequestsError],
  }),
  updatePreferences: defineRoute({
    ...accounts,
    ...one,
    method: 'PATCH',
    path: '/accounts/:account_id/notification-preferences',
    operationId: 'updateNotificationPreferences',
    summary: 'Choose which channels may carry messages that can be switched off',
    body: preferencesForms,
    reply: { status: 200, schema: NotificationPreferencesReply },
    errors: [AccountBadRequestError, AccountWithIdNotFoundError],
  }),
};
