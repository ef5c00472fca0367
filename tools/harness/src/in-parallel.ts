/** As many as keep program and database busy. */
const PARALLEL = 16;

/** Does something with each item, a few at a time, and returns the results in the items' order. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const rest = items.entries();
  const workers = Array.from({ length: PARALLEL }, async () => {
    for (const [index, item] of rest) {
      results[index] = await work(item);
    }
  });
  await Promise.all(workers);
  return results;
}
