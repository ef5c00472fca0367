import type { FastifyRequest } from 'fastify';

type WithSymbols = FastifyRequest & { [key: symbol]: unknown };

/**
 * A value of each request, unseen by everyone else. Not a decorator, which the host app would have to
 * register, and which would collide with another of the same name. Not a WeakMap either: each costs a
 * read a microsecond, mostly in garbage collection.
 */
export class RequestSlot<Value> {
  readonly #key = Symbol();

  get(request: FastifyRequest): Value | undefined {
    return (request as WithSymbols)[this.#key] as Value | undefined;
  }

  set(request: FastifyRequest, value: Value | undefined): void {
    (request as WithSymbols)[this.#key] = value;
  }
}
