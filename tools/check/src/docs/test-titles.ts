import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { Document, Finding } from './markdown.ts';

/** A link to a test, and what follows up to the next link. */
const LINK_TO_TEST = /\]\(([^)\s]+\.test\.ts)\)([^[\n]*)/g;
const TITLE = /"([^"]+)"/g;

/** Titles, quoted behind the link to their test, that this test does not have. */
export function checkTestTitles(root: string, document: Document): readonly Finding[] {
  return document.text.split('\n').flatMap((text, index) =>
    [...text.matchAll(LINK_TO_TEST)].flatMap(([, target = '', titles = '']) =>
      findMissingTitles(join(root, dirname(document.path), target), titles).map((title) => ({
        path: document.path,
        line: index + 1,
        problem: `${target}: there is no test "${title}"`,
      })),
    ),
  );
}

/** None of a file that is not there: the link itself is refused. */
function findMissingTitles(path: string, quoted: string): readonly string[] {
  const source = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  const titles = [...quoted.matchAll(TITLE)].map(([, title = '']) => title);
  return source === undefined ? [] : titles.filter((title) => !source.includes(title));
}
