import { bodyFormValidator, type BadRequestErrorFactory } from '@org/core/rest-api';
import { Type, type Static } from 'typebox';

import { AccountBadRequestError } from '../errors.ts';

const DateTime = Type.String({ format: 'date-time' });

const PhoneNumber = Type.Object({ country_code: Type.String(), phone_number: Type.String() });

const NotificationPreferences = Type.Object({
  account_id: Type.String(),
  email_enabled: Type.Boolean(),
  push_enabled: Type.Boolean(),
  sms_enabled: Type.Boolean(),
  created_at: DateTime,
  updated_at: DateTime,
});

const AccountReply = Type.Object({
  id: Type.String(),
  first_name: Type.String(),
  last_name: Type.String(),
  username: Type.String(),
  phone_number: Type.Union([PhoneNumber, Type.Null()]),
  created_at: DateTime,
  updated_at: DateTime,
  notification_preferences: Type.Optional(NotificationPreferences),
});

const UsernameForm = Type.Object({
  first_name: Type.String(),
  last_name: Type.String(),
  username: Type.String(),
  password: Type.String(),
});

const AccountPath = Type.Object({ account_id: Type.String() });

const AccountQuery = Type.Object({
  /** `true`, in any case, adds the preferences to the account. */
  include_notification_preferences: Type.Optional(Type.String()),
});

export type AccountReplyBody = Static<typeof AccountReply>;
export type NotificationPreferencesBody = Static<typeof NotificationPreferences>;

export interface CreateAccountRoute {
  Body: Static<typeof UsernameForm>;
}

export interface GetAccountRoute {
  Params: Static<typeof AccountPath>;
  Querystring: Static<typeof AccountQuery>;
}

export const badRequest: BadRequestErrorFactory = (message, details) =>
  new AccountBadRequestError(message, details);

export const createAccountSchema = { body: UsernameForm, response: { 201: AccountReply } };

export const createAccountValidator = bodyFormValidator({
  forms: [{ keys: ['username', 'password'], schema: UsernameForm, badRequest }],
  noForm: () => new AccountBadRequestError('The body must have username and password.'),
  badRequest,
});

export const getAccountSchema = {
  params: AccountPath,
  querystring: AccountQuery,
  response: { 200: AccountReply },
};
