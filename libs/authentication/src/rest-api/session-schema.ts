import * as Type from 'typebox';

const DateTime = Type.String({ format: 'date-time' });

const DeviceName = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  description: 'For people, such as `Windows` or `iPhone`; null if unknown.',
});
const BrowserName = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  description: 'For people, such as `Firefox`; null if unknown.',
});

export const SessionsReply = Type.Object(
  {
    items: Type.Array(
      Type.Object({
        id: Type.String(),
        created_at: DateTime,
        last_used_at: DateTime,
        user_agent: Type.String(),
        device: DeviceName,
        browser: BrowserName,
        ip: Type.String(),
        current: Type.Boolean({ description: 'Whether it is the session of this request.' }),
      }),
    ),
  },
  {
    examples: [
      {
        items: [
          {
            id: '64b000000000000000000001',
            created_at: '2026-01-01T00:00:00.000Z',
            last_used_at: '2026-01-01T00:15:00.000Z',
            user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0',
            device: 'Linux',
            browser: 'Firefox',
            ip: '203.0.113.7',
            current: true,
          },
        ],
      },
    ],
  },
);

export const AccountPath = Type.Object({ account_id: Type.String() });
export const SessionPath = Type.Object({ account_id: Type.String(), session_id: Type.String() });
export const EndSessionsQuery = Type.Object({
  except_current: Type.Optional(
    Type.String({ description: '`true`, in any case, leaves the session of this request alive.' }),
  ),
});

export const PasswordAgainForm = Type.Object(
  { password: Type.String() },
  { title: 'Password', examples: [{ password: 'correct horse battery staple' }] },
);

export const OtpAgainForm = Type.Object(
  {
    otp_code: Type.Unknown({
      description: 'A string of digits. Anything else is a wrong code, not a malformed request.',
    }),
  },
  { title: "Code sent to the account's phone number", examples: [{ otp_code: '123456' }] },
);

export const EmailCodeAgainForm = Type.Object(
  {
    email_code: Type.Unknown({
      description: 'A string of digits. Anything else is a wrong code, not a malformed request.',
    }),
  },
  { title: "Code mailed to the account's e-mail address", examples: [{ email_code: '123456' }] },
);

export const NewSessionReply = Type.Object(
  {
    account_id: Type.String(),
    session_id: Type.String(),
    expires_at: Type.String({
      format: 'date-time',
      description: 'When it ends if unused, and with it the cookie.',
    }),
  },
  {
    description: 'The session has begun, and `Set-Cookie` has its cookie.',
    examples: [
      {
        account_id: '64b000000000000000000002',
        session_id: '64b000000000000000000001',
        expires_at: '2026-01-31T00:00:00.000Z',
      },
    ],
  },
);

export const CurrentSessionReply = Type.Object(
  {
    account_id: Type.String(),
    session_id: Type.String(),
    expires_at: Type.String({ format: 'date-time', description: 'When it ends if unused.' }),
    authenticated_at: Type.String({
      format: 'date-time',
      description: 'When the account last proved itself in it: at login, or later.',
    }),
    authenticated_by: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'By what: `password`, `otp` or `email_code`; null if that was not recorded.',
    }),
  },
  {
    examples: [
      {
        account_id: '64b000000000000000000002',
        session_id: '64b000000000000000000001',
        expires_at: '2026-01-31T00:00:00.000Z',
        authenticated_at: '2026-01-01T00:00:00.000Z',
        authenticated_by: 'password',
      },
    ],
  },
);
