import { WebhookUrlNotPublicError } from '@org/webhook';

import { CommandFailedError } from './errors.ts';

/**
 * Names the setting that would let a refused URL pass: the module does not know the program's.
 *
 * @throws CommandFailedError in place of such a refusal
 */
export function explainRefusedUrl(error: unknown): never {
  if (error instanceof WebhookUrlNotPublicError) {
    throw new CommandFailedError(
      `${error.message}. For receivers in your own network, set WEBHOOK_ALLOW_PRIVATE_ADDRESSES=on here and for the workers: it allows private addresses and http.`,
      error,
    );
  }
  throw error;
}
