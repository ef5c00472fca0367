import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { findCode } from '../docs/markdown.ts';

/** What a reader of a document does: runs commands, or types into a file. */
export type DocumentStep =
  | { readonly kind: 'run'; readonly commands: readonly string[] }
  | { readonly kind: 'write'; readonly path: string; readonly text: string }
  | { readonly kind: 'change'; readonly path: string; readonly hunks: readonly Hunk[] };

/** Lines that stand in the file once, and what stands there afterwards. */
interface Hunk {
  readonly before: string;
  readonly after: string;
}

const FILE = /(?:^| )file=(\S+)/;
const HUNK_SEPARATOR = /^@@\n/m;

/**
 * Finds the blocks that begin with a line such as ```` ```sh run ````, ```` ```ts file=libs/… ````
 * (the whole file) or ```` ```diff file=libs/… ````, in their order.
 */
export function findSteps(document: string): readonly DocumentStep[] {
  return findCode(document).flatMap(({ language, meta, code }): readonly DocumentStep[] => {
    const path = FILE.exec(meta)?.[1];
    if (path === undefined) {
      return meta === 'run' ? [{ kind: 'run', commands: code.split('\n') }] : [];
    }
    return language === 'diff'
      ? [{ kind: 'change', path, hunks: code.split(HUNK_SEPARATOR).map(readHunk) }]
      : [{ kind: 'write', path, text: `${code}\n` }];
  });
}

/**
 * Types into the file.
 *
 * @throws Error if lines of a change do not stand in it exactly once
 */
export function takeStep(root: string, step: Exclude<DocumentStep, { kind: 'run' }>): void {
  const file = join(root, step.path);
  if (step.kind === 'write') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, step.text);
    return;
  }
  const start = `\n${readFileSync(file, 'utf8')}`;
  const changed = step.hunks.reduce((text, { before, after }) => {
    const at = text.indexOf(before);
    if (at === -1 || text.lastIndexOf(before) !== at) {
      throw new Error(`${step.path} does not have this exactly once:${before}`);
    }
    return text.slice(0, at) + after + text.slice(at + before.length);
  }, start);
  writeFileSync(file, changed.slice(1));
}

function readHunk(hunk: string): Hunk {
  const lines = hunk.trimEnd().split('\n');
  const without = (sign: string): string =>
    ['', ...lines.filter((line) => !line.startsWith(sign)).map((line) => line.slice(1)), ''].join(
      '\n',
    );
  return { before: without('+'), after: without('-') };
}
