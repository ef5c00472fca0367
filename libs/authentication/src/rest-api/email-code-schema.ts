import * as Type from 'typebox';

export const EmailCodeRequest = Type.Object(
  { email: Type.String() },
  { examples: [{ email: 'ada@example.com' }] },
);

export const EmailCodeReply = Type.Object(
  {
    expires_at: Type.String({ format: 'date-time', description: 'When the code expires.' }),
  },
  { examples: [{ expires_at: '2026-01-01T00:05:00.000Z' }] },
);
