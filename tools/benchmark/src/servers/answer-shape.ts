/**
 * The names, order and types in an answer, without the values, which differ from account to
 * account. Servers whose answers have the same shape do the same work for them.
 */
export function describeShape(answer: unknown): string {
  return JSON.stringify(answer, (_name, part: unknown) =>
    typeof part === 'object' ? part : typeof part,
  );
}
