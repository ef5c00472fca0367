import { RetryLaterError } from '@org/queue';
import { Ajv, type ValidateFunction } from 'ajv';

import type { EventDefinition } from './define-event.ts';
import { InvalidEventPayloadError } from './errors.ts';

const NEWER_VERSION_RETRY_MILLISECONDS = 60_000;

/** Checks payloads by their event's schema, which is compiled when it is first needed. */
export class PayloadCheck {
  readonly #ajv = new Ajv({ meta: false, validateSchema: false });
  readonly #compiled = new WeakMap<EventDefinition, ValidateFunction>();

  /** @throws InvalidEventPayloadError */
  assertPayload(event: EventDefinition, payload: object): void {
    const validate = this.#compiled.get(event) ?? this.#ajv.compile(event.payloadSchema);
    this.#compiled.set(event, validate);
    if (!validate(payload)) {
      const [error] = validate.errors ?? [];
      const problem = `${error?.instancePath || 'it'} ${error?.message ?? 'is refused'}`;
      throw new InvalidEventPayloadError(event.name, problem);
    }
  }

  /**
   * A stored payload as this version knows the event.
   *
   * @throws RetryLaterError if a later version stored it
   * @throws InvalidEventPayloadError
   */
  readPayload(event: EventDefinition, version: number, stored: object): object {
    if (!Number.isInteger(version) || version < 1) {
      throw new InvalidEventPayloadError(event.name, 'its version is not a whole number from 1 on');
    }
    if (version > event.version) {
      const problem = `A newer version published ${event.name} ${version}.`;
      throw new RetryLaterError(problem, NEWER_VERSION_RETRY_MILLISECONDS, false);
    }
    let payload = stored;
    for (let current = version; current < event.version; current += 1) {
      payload = event.upcasters[current]?.(payload) ?? payload;
    }
    this.assertPayload(event, payload);
    return payload;
  }
}
