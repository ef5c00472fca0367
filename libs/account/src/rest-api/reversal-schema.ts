import { oneOf } from '@org/core/rest-api';
import * as Type from 'typebox';

import { AccountBadRequestError } from '../errors.ts';

/** The token of an "it was not me" link. */
export const reversalForms = oneOf(
  {
    reversal: {
      schema: Type.Object(
        { token: Type.String() },
        { examples: [{ token: 'Zm9yIHRoaXMgb25lIG9ubHk' }] },
      ),
    },
  },
  { badRequest: AccountBadRequestError },
);

export const ReversalReply = Type.Object(
  {
    expires_at: Type.String({
      format: 'date-time',
      description: 'When the mailed link to choose a new password expires.',
    }),
  },
  { examples: [{ expires_at: '2026-01-01T00:30:00.000Z' }] },
);
