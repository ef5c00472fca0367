import type { OperationContext } from '@org/core';

import type { EventDefinition } from '../define-event.ts';
import { EventOutsideTransactionError } from '../errors.ts';
import { PayloadCheck } from '../payload-check.ts';
import type { EventPublisher } from '../types.ts';

/** An event that was published. */
export interface RecordedEvent {
  readonly name: string;
  readonly payload: object;
}

/**
 * Records what a service publishes, with the checks that Events makes. What a transaction that is
 * rolled back has published stays.
 *
 * @example
 * const events = new RecordingEvents();
 * await accounts.deleteAccount({ accountId }, context);
 * expect(events.published).toEqual([{ name: 'account.deleted', payload: { accountId } }]);
 */
export class RecordingEvents implements EventPublisher {
  readonly published: RecordedEvent[] = [];
  readonly #check = new PayloadCheck();

  async publish<Payload extends object>(
    event: EventDefinition<Payload>,
    payload: NoInfer<Payload>,
    { transaction }: OperationContext,
  ): Promise<void> {
    if (transaction === undefined) {
      throw new EventOutsideTransactionError(event.name);
    }
    this.#check.assertPayload(event, payload);
    this.published.push({ name: event.name, payload });
  }

  hasListeners(): boolean {
    return true;
  }
}
