import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';

import { InvalidJobDefinitionError, InvalidJobPayloadError, UnknownJobError } from '../errors.ts';
import type { JobDefinition, JobRun } from '../types.ts';

const DEFAULTS = {
  timeLimitMilliseconds: 5 * 60_000,
  maximumAttempts: 10,
  retryDelayMilliseconds: 5_000,
  maximumRetryDelayMilliseconds: 60 * 60_000,
  concurrency: 5,
  timezone: 'UTC',
};

const NO_PAYLOAD = { type: 'object', additionalProperties: false };

/** A definition with its defaults, hiding its payload type. */
export interface RegisteredJob {
  readonly name: string;
  readonly payloadSchema: object;
  readonly personalFields: readonly string[];
  readonly schedule: string | undefined;
  readonly timezone: string;
  readonly timeLimitMilliseconds: number;
  readonly maximumAttempts: number;
  readonly retryDelayMilliseconds: number;
  readonly maximumRetryDelayMilliseconds: number;
  readonly concurrency: number;
  /** @throws InvalidJobPayloadError */
  assertPayload(payload: object): void;
  /** Expects a payload that {@link assertPayload} accepts. */
  run(payload: object, run: JobRun): Promise<void>;
}

/** The jobs that this process knows, by name. */
export class JobRegistry {
  readonly #jobs = new Map<string, RegisteredJob>();
  // Anything that is not a schema fails to compile.
  readonly #ajv = new Ajv({ meta: false, validateSchema: false });

  /** @throws InvalidJobDefinitionError if the name is taken */
  register<Payload extends object>(definition: JobDefinition<Payload>): void {
    const { name, payloadSchema = NO_PAYLOAD } = definition;
    if (this.#jobs.has(name)) {
      throw new InvalidJobDefinitionError(name, 'its name is taken');
    }
    this.#jobs.set(name, {
      ...DEFAULTS,
      ...definition,
      payloadSchema,
      schedule: definition.schedule,
      personalFields: definition.personalFields ?? [],
      assertPayload: (payload) => this.#assertPayload(name, payloadSchema, payload),
      // Makes a job that throws before its first await fail like one that throws after it.
      run: async (payload, run) => definition.run(payload as Payload, run),
    });
  }

  get names(): readonly string[] {
    return [...this.#jobs.keys()];
  }

  get all(): readonly RegisteredJob[] {
    return [...this.#jobs.values()];
  }

  /** @throws UnknownJobError */
  get(name: string): RegisteredJob {
    const job = this.#jobs.get(name);
    if (job === undefined) {
      throw new UnknownJobError(name);
    }
    return job;
  }

  /** @throws InvalidJobDefinitionError if a payload schema is invalid */
  checkPayloadSchemas(): void {
    for (const { name, payloadSchema } of this.#jobs.values()) {
      this.#compile(name, payloadSchema);
    }
  }

  #assertPayload(name: string, payloadSchema: object, payload: object): void {
    const validate = this.#compile(name, payloadSchema);
    if (!validate(payload)) {
      throw new InvalidJobPayloadError(name, describe(validate.errors?.[0]));
    }
  }

  /** Ajv caches what it compiles. A process without a worker may never need most of it. */
  #compile(name: string, payloadSchema: object): ValidateFunction {
    try {
      return this.#ajv.compile(payloadSchema);
    } catch (error) {
      throw new InvalidJobDefinitionError(name, 'its payload schema is no JSON schema', error);
    }
  }
}

function describe(error: ErrorObject | undefined): string {
  return `${error?.instancePath || 'it'} ${error?.message ?? 'is refused'}`;
}
