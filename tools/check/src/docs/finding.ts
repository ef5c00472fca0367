/** What is wrong in a document. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly problem: string;
}

export function describeFinding({ path, line, problem }: Finding): string {
  return `${path}:${line} ${problem}`;
}
