import * as Type from 'typebox';

export const PasswordForm = Type.Object(
  { username: Type.String(), password: Type.String() },
  {
    title: 'Password form',
    examples: [{ username: 'ada@example.com', password: 'correct horse battery staple' }],
  },
);

export const OtpForm = Type.Object(
  {
    phone_number: Type.Object({ country_code: Type.String(), phone_number: Type.String() }),
    otp_code: Type.Unknown({
      description: 'A string of digits. Anything else is a wrong code, not a malformed request.',
    }),
  },
  {
    title: 'OTP form',
    examples: [
      {
        phone_number: { country_code: '+91', phone_number: '9999999999' },
        otp_code: '123456',
      },
    ],
  },
);

export const EmailCodeForm = Type.Object(
  {
    email: Type.String(),
    email_code: Type.Unknown({
      description: 'A string of digits. Anything else is a wrong code, not a malformed request.',
    }),
    password: Type.Optional(
      Type.String({
        description:
          'Set for a new account if it is the one that the code was asked for with; otherwise the account begins without one.',
      }),
    ),
    first_name: Type.Optional(Type.String({ description: 'For a new account.' })),
    last_name: Type.Optional(Type.String({ description: 'For a new account.' })),
  },
  {
    title: 'E-mail code form',
    description:
      'Creates the account if nobody has the address. An access token sent along tells which account the sender is logged in to; an invalid one is ignored.',
    examples: [{ email: 'ada@example.com', email_code: '123456' }],
  },
);

export const EmailPasswordForm = Type.Object(
  { email: Type.String(), password: Type.String() },
  {
    title: 'E-mail password form',
    description: 'For an address that the account has proved.',
    examples: [{ email: 'ada@example.com', password: 'correct horse battery staple' }],
  },
);

export const RefreshForm = Type.Object(
  { refresh_token: Type.String() },
  {
    title: 'Refresh form',
    examples: [
      {
        refresh_token: '64b000000000000000000001.0.dGhlIHNlY3JldCBvZiBhIHJlZnJlc2ggdG9rZW4hISE',
      },
    ],
  },
);

export const AccessTokenReply = Type.Object(
  {
    token: Type.String(),
    account_id: Type.String(),
    expires_at: Type.String({ format: 'date-time' }),
    refresh_token: Type.String(),
    refresh_token_expires_at: Type.String({ format: 'date-time' }),
  },
  {
    examples: [
      {
        token: 'eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCIsImtpZCI6IuKApiJ9.e30.c2lnbmF0dXJl',
        account_id: '64b000000000000000000002',
        expires_at: '2026-01-01T00:15:00.000Z',
        refresh_token: '64b000000000000000000001.0.dGhlIHNlY3JldCBvZiBhIHJlZnJlc2ggdG9rZW4hISE',
        refresh_token_expires_at: '2026-01-31T00:00:00.000Z',
      },
    ],
  },
);
