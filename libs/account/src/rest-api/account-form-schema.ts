import { oneOf } from '@org/core/rest-api';
import * as Type from 'typebox';

import type { DeclaredFields } from '../fields/declared-fields.ts';
import { AccountBadRequestError } from '../errors.ts';
import type {
  CreateAccountByUsernameAndPasswordParams,
  Profile,
  RequestAccountByEmailParams,
} from '../types.ts';
import { extend, PhoneNumber, TopicsPreferences } from './account-reply-schema.ts';

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

const EmailForm = Type.Object(
  {
    email: Type.String({ description: 'A code is mailed there; log in with it.' }),
    password: Type.String({
      description: 'Set if the log-in with the code repeats it. As in the username form.',
    }),
    first_name: Type.Optional(Type.String()),
    last_name: Type.Optional(Type.String()),
  },
  {
    title: 'E-mail form',
    examples: [{ email: 'ada@example.com', password: 'weaves algebraic patterns' }],
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
    topics: Type.Optional(TopicsPreferences),
  },
  {
    description: 'At least one of them.',
    examples: [{ sms_enabled: false, topics: { announcement: { email: false } } }],
  },
);

export const AccountPath = Type.Object({ account_id: Type.String() });

export const AccountQuery = Type.Object({
  include_notification_preferences: Type.Optional(
    Type.String({ description: '`true`, in any case, adds the preferences to the account.' }),
  ),
});

const ResetForm = Type.Object(
  { token: Type.String(), new_password: Type.String() },
  {
    title: 'Reset form',
    description: 'The token of a reset mail; no access token is needed.',
    examples: [{ token: 'Zm9yIHRoaXMgb25lIG9ubHk', new_password: 'weaves algebraic patterns' }],
  },
);

const PasswordForm = Type.Object(
  { current_password: Type.String(), new_password: Type.String() },
  {
    title: 'Password form',
    description: 'Ends the other sessions.',
    examples: [
      { current_password: 'analytical engine', new_password: 'weaves algebraic patterns' },
    ],
  },
);

const Name = Type.Optional(Type.Union([Type.String(), Type.Null()]));

const ProfileForm = Type.Object(
  { first_name: Name, last_name: Name },
  {
    title: 'Profile form',
    description: 'At least one of the names; null leaves one as it is.',
    examples: [{ first_name: 'Augusta Ada' }],
  },
);

/** The service judges the declared fields. */
function signUpFormsWith({ formProperties }: DeclaredFields) {
  return oneOf(
    {
      phoneNumber: { hasAll: ['phone_number'], schema: PhoneNumberForm },
      username: {
        hasAll: ['username', 'password'],
        schema: extend(UsernameForm, formProperties),
        judged: UsernameForm,
      },
      email: { hasAll: ['email'], hasNone: ['username'], schema: EmailForm },
    },
    {
      badRequest: AccountBadRequestError,
      noForm: 'The body must have username and password, email and password, or phone_number.',
    },
  );
}

/**
 * A request to set a password is never treated as one about a name. The service judges the declared
 * fields.
 */
function updateFormsWith({ formProperties }: DeclaredFields) {
  const names = ['first_name', 'last_name', ...Object.keys(formProperties)];
  return oneOf(
    {
      // Its token identifies the sender.
      reset: { hasAll: ['token', 'new_password'], schema: ResetForm, access: 'anyone' },
      password: { hasAll: ['current_password', 'new_password'], schema: PasswordForm },
      profile: {
        hasAny: names,
        schema: extend(ProfileForm, formProperties),
        judged: ProfileForm,
      },
    },
    {
      badRequest: AccountBadRequestError,
      noForm: `The body must have ${names.join(' or ')}, current_password and new_password, or token and new_password.`,
    },
  );
}

export interface AccountForms {
  readonly signUp: ReturnType<typeof signUpFormsWith>;
  readonly update: ReturnType<typeof updateFormsWith>;
}

export function accountFormsWith(fields: DeclaredFields): AccountForms {
  return { signUp: signUpFormsWith(fields), update: updateFormsWith(fields) };
}

export const preferencesForms = oneOf(
  {
    preferences: {
      hasAny: ['email_enabled', 'push_enabled', 'sms_enabled', 'topics'],
      schema: PreferencesForm,
    },
  },
  {
    badRequest: AccountBadRequestError,
    noForm:
      'At least one preference field (email_enabled, push_enabled, sms_enabled, topics) must be provided.',
  },
);

export const resetRequestForms = oneOf(
  {
    email: {
      hasAll: ['email'],
      hasNone: ['username'],
      schema: Type.Object(
        { email: Type.String() },
        { title: 'E-mail form', examples: [{ email: 'ada@example.com' }] },
      ),
    },
    username: {
      schema: Type.Object(
        { username: Type.String() },
        { title: 'Username form', examples: [{ username: 'ada@example.com' }] },
      ),
    },
  },
  { badRequest: AccountBadRequestError, noForm: 'The body must be a JSON object.' },
);

export function toSignUp(
  body: Type.Static<typeof UsernameForm>,
): CreateAccountByUsernameAndPasswordParams {
  const { first_name: firstName, last_name: lastName, username, password } = body;
  return { firstName, lastName, username, password };
}

export function toEmailSignUp(body: Type.Static<typeof EmailForm>): RequestAccountByEmailParams {
  const { email: emailAddress, password, first_name: firstName, last_name: lastName } = body;
  return { emailAddress, password, firstName, lastName };
}

export function toProfile(body: Type.Static<typeof ProfileForm>): Profile {
  return { firstName: body.first_name, lastName: body.last_name };
}
