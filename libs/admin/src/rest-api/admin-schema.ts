import { oneOf } from '@org/core/rest-api';
import * as Type from 'typebox';

import { AdminBadRequestError } from '../errors.ts';

export const DateTime = Type.String({ format: 'date-time' });
export const DateTimeOrNull = Type.Union([DateTime, Type.Null()]);
export const TextOrNull = Type.Union([Type.String(), Type.Null()]);
export const NothingReply = Type.Null({ description: 'It is done.' });

export const AccountPath = Type.Object({ account_id: Type.String() });
export const IdPath = Type.Object({ id: Type.String() });

/** What every list takes. */
export const page = {
  limit: Type.Optional(
    Type.String({
      description: 'Items at most, from 1 on; more than 200 count as 200. Default: 50',
    }),
  ),
  cursor: Type.Optional(Type.String({ description: '`next_cursor` of the page before' })),
};
export const PageQuery = Type.Object(page);

export function listOf<Item extends Type.TSchema>(item: Item) {
  return Type.Object({
    items: Type.Array(item),
    next_cursor: Type.Union([Type.String(), Type.Null()], {
      description: 'For the next page; null on the last',
    }),
  });
}

const reason = { reason: Type.String() };
const documentedReason = {
  reason: Type.String({
    minLength: 1,
    maxLength: 500,
    description: 'Why; for the audit log',
  }),
};
const reasonExample = { reason: 'Asked by its owner, ticket 4711' };

/** The body of a change: its fields, and why it is made. */
export function changeBody<Fields extends Type.TProperties>(fields: Fields, example: object) {
  const schema = Type.Object(
    { ...fields, ...documentedReason },
    { examples: [{ ...example, ...reasonExample }] },
  );
  // The service checks the reason's length.
  const judged = Type.Object({ ...fields, ...reason });
  return oneOf({ change: { schema, judged } }, { badRequest: AdminBadRequestError });
}

export const reasonBody = changeBody({}, {});
