import * as Type from 'typebox';

export const ResetRequest = Type.Object(
  { username: Type.String() },
  { examples: [{ username: 'ada@example.com' }] },
);

export const ResetRequestReply = Type.Object(
  {
    expires_at: Type.String({
      format: 'date-time',
      description: 'When the link expires that is mailed if there is such an account.',
    }),
  },
  { examples: [{ expires_at: '2026-01-01T00:30:00.000Z' }] },
);
