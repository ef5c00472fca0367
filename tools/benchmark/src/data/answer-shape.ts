/** The answers of the two sides differ, so that comparing their times says nothing. */
export class DifferentAnswersError extends Error {
  constructor(program: string, limit: string) {
    super(`The program and its limit answer differently.\nprogram: ${program}\nlimit:   ${limit}`);
    this.name = new.target.name;
  }
}

/**
 * The names, order and types in an answer, without the values, which differ from account to
 * account. Servers whose answers have the same shape do the same work for them.
 */
export function shapeOf(answer: unknown): string {
  return JSON.stringify(answer, (_name, part: unknown) =>
    typeof part === 'object' ? part : typeof part,
  );
}

/** @throws DifferentAnswersError unless both answers have the same names and types */
export function assertSameShape(program: unknown, limit: unknown): void {
  const shapes = [program, limit].map(shapeOf) as [string, string];
  if (shapes[0] !== shapes[1]) {
    throw new DifferentAnswersError(...shapes);
  }
}
