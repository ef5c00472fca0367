import type { AccountGuard } from '@org/core/rest-api';

import { formOf, noForm } from './account-update-schema.ts';

/**
 * Guards an update, as a `preValidation` hook: a body without a form is refused before anybody asks
 * who sent it, and the reset form brings its own token. What the fields hold is judged later.
 */
export function guardAccountUpdate(guard: AccountGuard): AccountGuard {
  return async (request, reply) => {
    const form = formOf(request.body);
    if (form === undefined) {
      throw noForm();
    }
    if (form !== 'reset') {
      await guard(request, reply);
    }
  };
}
