/**
 * Does something with each item, a few at a time, and returns the results in the items' order.
 *
 * @param most at a time; by default as many as keep program and database busy
 */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
  most = 16,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const rest = items.entries();
  const workers = Array.from({ length: most }, async () => {
    for (const [index, item] of rest) {
      results[index] = await work(item);
    }
  });
  await Promise.all(workers);
  return results;
}
