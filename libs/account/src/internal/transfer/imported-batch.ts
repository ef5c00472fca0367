/** Why a line is not imported. */
export type LineRefusalCode =
  | 'id-taken'
  | 'invalid-field'
  | 'name-taken'
  | 'no-login'
  | 'not-json'
  | 'not-utf-8'
  | 'plain-password'
  | 'too-long'
  | 'unknown-field';

export interface LineRefusal {
  /** From 1 on. */
  readonly line: number;
  readonly code: LineRefusalCode;
  /** What the line is or has, without what it says. */
  readonly reason: string;
}

/** What became of some lines; empty ones are in `lines` alone. */
export interface ImportedBatch {
  readonly lines: number;
  readonly created: number;
  /** Lines whose accounts an earlier import, or an equal line, has stored. */
  readonly present: number;
  /** In the order of the lines. */
  readonly refused: readonly LineRefusal[];
}
