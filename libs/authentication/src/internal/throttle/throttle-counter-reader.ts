import type { OperationContext } from '@org/core';

import { ThrottleCounterModel } from './store/throttle-counter-model.ts';
import type { ThrottleCounterRepository } from './store/throttle-counter-repository.ts';

export class ThrottleCounterReader {
  readonly #repository: ThrottleCounterRepository;

  constructor(repository: ThrottleCounterRepository) {
    this.#repository = repository;
  }

  /** Several counters in one round trip. */
  async getCounters(
    keys: readonly string[],
    context: OperationContext,
  ): Promise<readonly ThrottleCounterModel[]> {
    const found = await this.#repository.find({ key: { $in: [...keys] } }, context);
    return found.map((bson) => ThrottleCounterModel.fromBson(bson));
  }
}
