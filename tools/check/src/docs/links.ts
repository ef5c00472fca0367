import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

import { findAnchors, findLinks, type Document, type Finding } from './markdown.ts';

/** Links whose file, or whose heading in a Markdown file, is not there. */
export function checkLinks(root: string, document: Document): readonly Finding[] {
  return findLinks(document).flatMap(({ line, target }) => {
    const problem = problemOfTarget(root, document, target);
    return problem === undefined
      ? []
      : [{ path: document.path, line, problem: `${target}: ${problem}` }];
  });
}

function problemOfTarget(root: string, document: Document, target: string): string | undefined {
  const [file = '', anchor] = target.split('#').map(decodeURIComponent);
  const path = file === '' ? document.path : join(dirname(document.path), file);
  if (relative(root, join(root, path)).startsWith('..')) {
    return 'leads out of the workspace';
  }
  if (!existsSync(join(root, path))) {
    return 'there is no such file';
  }
  if (anchor === undefined || !path.endsWith('.md')) {
    return undefined;
  }
  const text = file === '' ? document.text : readFileSync(join(root, path), 'utf8');
  return findAnchors(text).has(anchor) ? undefined : 'there is no such heading';
}
