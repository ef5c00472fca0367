import { Ajv, type ValidateFunction } from 'ajv';

import type { EventDefinition } from './define-event.ts';
import { InvalidEventPayloadError } from './errors.ts';

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
}
