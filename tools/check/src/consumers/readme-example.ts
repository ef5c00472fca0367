import { findCode } from '../docs/markdown.ts';

/** A program in a README: what a reader would copy. */
export interface ReadmeExample {
  /** What stands behind `consumer=` in the first line of its block. */
  readonly kind: string;
  readonly code: string;
  /** Lines that it prints, by the comments behind its `console.log`. */
  readonly output: readonly string[];
}

const CONSUMER = /^consumer=(\S+)/;
const PRINTED = /console\.log\(.*\); \/\/ (.+)$/gm;

/** Finds blocks that begin with a line such as ```` ```ts consumer=esm ````. */
export function findExamples(readme: string): readonly ReadmeExample[] {
  return findCode(readme).flatMap(({ meta, code }) => {
    const kind = CONSUMER.exec(meta)?.[1];
    const output = [...code.matchAll(PRINTED)].map(([, text = '']) => text);
    return kind === undefined ? [] : { kind, code: `${code}\n`, output };
  });
}

/** Lines of code that are not empty. */
export function findLines(code: string): readonly string[] {
  return code.split('\n').filter((line) => line.trim() !== '');
}

/** Lines until its services are ready: up to the last `initialize()`. */
export function countLinesToServices({ code }: ReadmeExample): number {
  return findLines(code).findLastIndex((line) => line.includes('.initialize()')) + 1;
}
