import type { OperationContext } from '../operation-context.ts';

export type StoreItems<Item> = (
  items: readonly Item[],
  context: OperationContext,
) => Promise<unknown>;

/** What a transaction stores right before it commits, by the function that stores it. */
export class DeferredItems {
  readonly #items = new Map<StoreItems<unknown>, readonly unknown[]>();

  add<Item>(items: readonly Item[], store: StoreItems<Item>): void {
    const key = store as StoreItems<unknown>;
    this.#items.set(key, [...(this.#items.get(key) ?? []), ...items]);
  }

  /** Also what is added meanwhile. */
  async store(transaction: OperationContext): Promise<void> {
    for (const [store, items] of this.#items) {
      this.#items.delete(store);
      await store(items, transaction);
    }
  }
}
