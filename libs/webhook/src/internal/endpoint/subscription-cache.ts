import { OperationContext } from '@org/core';

import type { ModuleDependencies } from '../module-dependencies.ts';
import type { EndpointReader } from './endpoint-reader.ts';

/** When it is read again, beside whoever asks. */
const REFRESH_AGE_MILLISECONDS = 1_000;
/** How long a change by another process may go unnoticed. */
const MAXIMUM_AGE_MILLISECONDS = 10_000;

const context = OperationContext.create({
  actor: { type: 'worker', id: 'webhook' },
  requestId: 'subscriptions',
});

/** Knows which events no endpoint wants, so that publishing them costs nothing. */
export class SubscriptionCache {
  readonly #reader: EndpointReader;
  readonly #clock: ModuleDependencies['clock'];
  #names: ReadonlySet<string> = new Set();
  #readAt = -Infinity;
  #isReading = false;

  constructor(reader: EndpointReader, clock: ModuleDependencies['clock']) {
    this.#reader = reader;
    this.#clock = clock;
  }

  /** False if no endpoint subscribed a moment ago; true also if that is not known. */
  mayBeWanted(event: string): boolean {
    const age = this.#clock.monotonicMilliseconds() - this.#readAt;
    if (age >= REFRESH_AGE_MILLISECONDS) {
      void this.#read();
    }
    return age >= MAXIMUM_AGE_MILLISECONDS || this.#names.has(event);
  }

  /** Call it when endpoints have changed. */
  forget(): void {
    this.#readAt = -Infinity;
  }

  async #read(): Promise<void> {
    if (this.#isReading) {
      return;
    }
    this.#isReading = true;
    const readAt = this.#clock.monotonicMilliseconds();
    try {
      const endpoints = await this.#reader.findEnabledEndpoints(context);
      this.#names = new Set(endpoints.flatMap(({ events }) => events));
      this.#readAt = readAt;
    } catch {
      // It stays unknown, which is always safe.
    } finally {
      this.#isReading = false;
    }
  }
}
