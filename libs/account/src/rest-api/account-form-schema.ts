import * as Type from 'typebox';

import { PhoneNumber } from './account-reply-schema.ts';

export const UsernameForm = Type.Object(
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

export const PhoneNumberForm = Type.Object(
  { phone_number: PhoneNumber },
  {
    title: 'Phone form',
    examples: [{ phone_number: { country_code: '+91', phone_number: '9999999999' } }],
  },
);

export const PreferencesForm = Type.Object(
  {
    email_enabled: Type.Optional(Type.Boolean()),
    push_enabled: Type.Optional(Type.Boolean()),
    sms_enabled: Type.Optional(Type.Boolean()),
  },
  { description: 'At least one of the flags.', examples: [{ sms_enabled: false }] },
);

export const AccountPath = Type.Object({ account_id: Type.String() });

export const AccountQuery = Type.Object({
  include_notification_preferences: Type.Optional(
    Type.String({ description: '`true`, in any case, adds the preferences to the account.' }),
  ),
});

export const ResetForm = Type.Object(
  { token: Type.String(), new_password: Type.String() },
  {
    title: 'Reset form',
    description: 'The token of a reset mail; no access token is needed.',
    examples: [{ token: 'Zm9yIHRoaXMgb25lIG9ubHk', new_password: 'weaves algebraic patterns' }],
  },
);

export const PasswordForm = Type.Object(
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

export const ProfileForm = Type.Object(
  { first_name: Name, last_name: Name },
  {
    title: 'Profile form',
    description: 'At least one of the names; null leaves one as it is.',
    examples: [{ first_name: 'Augusta Ada' }],
  },
);
