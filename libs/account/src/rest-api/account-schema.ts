import { bodyFormValidator, type BadRequestErrorFactory } from '@org/core/rest-api';
import * as Type from 'typebox';

import { AccountBadRequestError } from '../errors.ts';
import {
  AccountExportReply,
  AccountReply,
  NotificationPreferencesReply,
  PhoneNumber,
} from './account-reply-schema.ts';

const UsernameForm = Type.Object(
  {
    first_name: Type.String(),
    last_name: Type.String(),
    username: Type.String({ description: 'Unique without regard to case.' }),
    password: Type.String({ description: 'From 8 to 128 characters, none of the well-known.' }),
  },
  {
    title: 'Username form',
    examples: [
      {
        first_name: 'Ada',
        last_name: 'Lovelace',
        username: 'ada@example.com',
        password: 'weaves algebraic patterns',
      },
    ],
  },
);

const PhoneNumberForm = Type.Object(
  { phone_number: PhoneNumber },
  {
    title: 'Phone form',
    examples: [{ phone_number: { country_code: '+91', phone_number: '9999999999' } }],
  },
);

const PreferencesForm = Type.Object(
  {
    email_enabled: Type.Optional(Type.Boolean()),
    push_enabled: Type.Optional(Type.Boolean()),
    sms_enabled: Type.Optional(Type.Boolean()),
  },
  { description: 'At least one of the flags.', examples: [{ sms_enabled: false }] },
);

export const AccountPath = Type.Object({ account_id: Type.String() });

const AccountQuery = Type.Object({
  include_notification_preferences: Type.Optional(
    Type.String({ description: '`true`, in any case, adds the preferences to the account.' }),
  ),
});

export interface CreateAccountRoute {
  Body: Type.Static<typeof UsernameForm> | Type.Static<typeof PhoneNumberForm>;
}

export interface AccountRoute {
  Params: Type.Static<typeof AccountPath>;
}

export interface GetAccountRoute extends AccountRoute {
  Querystring: Type.Static<typeof AccountQuery>;
}

export interface UpdatePreferencesRoute extends AccountRoute {
  Body: Type.Static<typeof PreferencesForm>;
}

export const badRequest: BadRequestErrorFactory = (message, details) =>
  new AccountBadRequestError(message, details);

/** What every route answers that asks who is there. */
export const guardErrors = [
  'ACCESS_TOKEN_ERR_01',
  'ACCESS_TOKEN_ERR_02',
  'ACCESS_TOKEN_ERR_03',
  'ACCESS_TOKEN_ERR_04',
  'ACCESS_TOKEN_ERR_05',
];

const tags = ['accounts'];
const ownersErrors = { 401: guardErrors, 404: ['ACCOUNT_ERR_02'] };

export const createAccount = {
  schema: {
    operationId: 'createAccount',
    summary: 'Sign up with a username, or get a one-time password for a phone number',
    tags,
    body: Type.Union([UsernameForm, PhoneNumberForm]),
    response: { 201: AccountReply },
  },
  config: {
    errors: { 400: ['ACCOUNT_ERR_04', 'OTP_ERR_03'], 409: ['ACCOUNT_ERR_01'] },
  },
  // A refused form is counted before it is answered.
  attachValidation: true,
  validatorCompiler: bodyFormValidator({
    forms: [
      { keys: ['phone_number'], schema: PhoneNumberForm, badRequest },
      { keys: ['username', 'password'], schema: UsernameForm, badRequest },
    ],
    noForm: () =>
      AccountBadRequestError.ofBody('The body must have username and password, or phone_number.'),
    badRequest,
  }),
};

export const getAccount = {
  schema: {
    operationId: 'getAccount',
    summary: 'Read an account',
    tags,
    params: AccountPath,
    querystring: AccountQuery,
    response: { 200: AccountReply },
  },
  config: {
    errors: { ...ownersErrors, 404: ['ACCOUNT_ERR_02'] },
  },
};

export const deleteAccount = {
  schema: {
    operationId: 'deleteAccount',
    summary: 'Delete an account; it can be restored for a while',
    tags,
    params: AccountPath,
    response: { 204: Type.Null({ description: 'The account is deleted.' }) },
  },
  config: { errors: ownersErrors },
};

export const exportAccount = {
  schema: {
    operationId: 'exportAccount',
    summary: 'Everything that is stored about an account',
    tags,
    params: AccountPath,
    response: { 200: AccountExportReply },
  },
  config: { errors: { ...ownersErrors, 429: ['RATE_LIMIT_ERR_01'] } },
};

export const updatePreferences = {
  schema: {
    operationId: 'updateNotificationPreferences',
    summary: 'Choose which channels may carry messages that can be switched off',
    tags,
    params: AccountPath,
    body: PreferencesForm,
    response: { 200: NotificationPreferencesReply },
  },
  config: { errors: { 400: ['ACCOUNT_ERR_04'], ...ownersErrors } },
  validatorCompiler: bodyFormValidator({
    forms: ['email_enabled', 'push_enabled', 'sms_enabled'].map((flag) => ({
      keys: [flag],
      schema: PreferencesForm,
      badRequest,
    })),
    noForm: () =>
      AccountBadRequestError.ofBody(
        'At least one preference field (email_enabled, push_enabled, sms_enabled) must be provided.',
      ),
    badRequest,
  }),
};
