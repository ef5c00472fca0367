import type { Clock, OperationContext } from '@org/core';
import { MalformedDocumentError } from '@org/core/store';

import type { ModuleDependencies } from '../module-dependencies.ts';
import { orLocally, type LocalCounterMap } from './local-counter-map.ts';
import { ThrottleCounterModel } from './store/throttle-counter-model.ts';
import { ThrottleCounterRepository } from './store/throttle-counter-repository.ts';
import { isKnown, type Counter, type FailureSlot } from './throttle-policy.ts';

/** Reads the counters shared by all instances, or this process's while the database is down. */
export class ThrottleCounterReader {
  readonly #clock: Clock;
  readonly #repository: ThrottleCounterRepository;
  readonly #local: LocalCounterMap;

  constructor(dependencies: ModuleDependencies, local: LocalCounterMap) {
    this.#clock = dependencies.clock;
    this.#repository = new ThrottleCounterRepository(dependencies);
    this.#local = local;
  }

  /** The counters that exist and still count, in one round trip. */
  async getCounters(
    keys: readonly string[],
    context: OperationContext,
  ): Promise<readonly Counter[]> {
    const counters = await orLocally<readonly Counter[]>(
      () => this.#read(keys, context),
      () => this.#local.getCounters(keys),
    );
    return counters.filter(({ expiresAt }) => expiresAt > this.#clock.now());
  }

  /** Whether the source has logged in by the first of these names that anybody has logged in by. */
  async hasKnownSource(slots: readonly FailureSlot[], context: OperationContext): Promise<boolean> {
    const keys = slots.map(({ key }) => key);
    const known = await this.#readKnownSources(keys, context);
    const slot = slots.find(({ key }) => (known.get(key)?.size ?? 0) > 0);
    return slot?.source !== undefined && known.get(slot.key)?.has(slot.source) === true;
  }

  /** The sources that have logged in to the account with this counter's name. */
  async findKnownSources(key: string, context: OperationContext): Promise<ReadonlySet<string>> {
    return (await this.#readKnownSources([key], context)).get(key) ?? new Set();
  }

  async #readKnownSources(
    keys: readonly string[],
    context: OperationContext,
  ): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    const counters = await orLocally(
      () => this.#read(keys, context),
      () => [],
    );
    const now = this.#clock.now();
    const known = counters.map(({ key, knownSources }) => {
      const sources = [...knownSources].filter(([, source]) => isKnown(source, now));
      return [key, new Set(sources.map(([source]) => source))] as const;
    });
    return new Map(known);
  }

  async #read(
    keys: readonly string[],
    context: OperationContext,
  ): Promise<readonly ThrottleCounterModel[]> {
    const filter = { key: { $in: [...keys] } };
    const found = await this.#repository.find(filter, context.withoutTransaction());
    return found.flatMap((bson) => toCounter(bson) ?? []);
  }
}

/** A malformed one counts as nothing; the next change repairs it. */
function toCounter(bson: object): ThrottleCounterModel | undefined {
  try {
    return ThrottleCounterModel.fromBson(bson);
  } catch (error) {
    if (error instanceof MalformedDocumentError) {
      return undefined;
    }
    throw error;
  }
}
