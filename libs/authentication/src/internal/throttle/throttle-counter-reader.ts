import type { Clock, OperationContext } from '@org/core';

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

  /** Whether this source has logged in to the account with this counter's name. */
  async hasKnownSource({ key, source }: FailureSlot, context: OperationContext): Promise<boolean> {
    const known = await this.findKnownSources(key, context);
    return source !== undefined && known.has(source);
  }

  /** The sources that have logged in to the account with this counter's name. */
  async findKnownSources(key: string, context: OperationContext): Promise<ReadonlySet<string>> {
    const [counter] = await orLocally(
      () => this.#read([key], context),
      () => [],
    );
    const sources = [...(counter?.knownSources ?? [])];
    const now = this.#clock.now();
    return new Set(sources.filter(([, known]) => isKnown(known, now)).map(([source]) => source));
  }

  async #read(
    keys: readonly string[],
    context: OperationContext,
  ): Promise<readonly ThrottleCounterModel[]> {
    const filter = { key: { $in: [...keys] } };
    const found = await this.#repository.find(filter, context.withoutTransaction());
    return found.map((bson) => ThrottleCounterModel.fromBson(bson));
  }
}
