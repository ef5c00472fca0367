import * as Type from 'typebox';

const DateTime = Type.String({ format: 'date-time' });

const SessionsReply = Type.Object(
  {
    items: Type.Array(
      Type.Object({
        id: Type.String(),
        created_at: DateTime,
        last_used_at: DateTime,
        user_agent: Type.String(),
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
            user_agent: 'Mozilla/5.0 (X11; Linux x86_64)',
            ip: '203.0.113.7',
            current: true,
          },
        ],
      },
    ],
  },
);

const AccountPath = Type.Object({ account_id: Type.String() });
const SessionPath = Type.Object({ account_id: Type.String(), session_id: Type.String() });
const EndSessionsQuery = Type.Object({
  except_current: Type.Optional(
    Type.String({ description: '`true`, in any case, leaves the session of this request alive.' }),
  ),
});

export type SessionsReplyBody = Type.Static<typeof SessionsReply>;

export interface GetSessionsRoute {
  Params: Type.Static<typeof AccountPath>;
}

export interface DeleteSessionsRoute {
  Params: Type.Static<typeof AccountPath>;
  Querystring: Type.Static<typeof EndSessionsQuery>;
}

export interface DeleteSessionRoute {
  Params: Type.Static<typeof SessionPath>;
}

const NoContent = Type.Null({ description: 'Nothing of it is alive any more.' });

export const getSessionsSchema = {
  operationId: 'getSessions',
  summary: "List the account's live sessions, newest first",
  tags: ['sessions'],
  params: AccountPath,
  response: { 200: SessionsReply },
};

export const deleteSessionsSchema = {
  operationId: 'deleteSessions',
  summary: "End all of the account's sessions, or all but this one",
  tags: ['sessions'],
  params: AccountPath,
  querystring: EndSessionsQuery,
  response: { 204: NoContent },
};

export const deleteSessionSchema = {
  operationId: 'deleteSession',
  summary: "End one of the account's sessions",
  tags: ['sessions'],
  params: SessionPath,
  response: { 204: NoContent },
};
