/** A Markdown file. */
export interface Document {
  /** Below the workspace, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** A link to a place in this workspace. */
export interface Link {
  readonly line: number;
  /** As it stands in the document. */
  readonly target: string;
}

/** A fenced block of code. */
export interface CodeBlock {
  /** Of its first line of code. */
  readonly line: number;
  /** First word behind the fence; empty where there is none. */
  readonly language: string;
  readonly code: string;
}

const FENCED = /^([ \t]*)(`{3,}|~{3,})([^\n`]*)\n([\s\S]*?)^[ \t]*\2[`~]*[ \t]*$/gm;
const COMMENT = /<!--[\s\S]*?-->/g;
const INLINE_CODE = /(`+)(?!`)([\s\S]*?[^`])\1(?!`)/g;
const LINK = /\[(?:[^\]\\]|\\.)*\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g;
const DEFINITION = /^ {0,3}\[[^\]]+\]:[ \t]*<?([^\s>]+)>?/gm;
const ABSOLUTE = /^(?:[a-z][a-z\d+.-]*:|\/\/)/i;
const HEADING = /^ {0,3}#{1,6}[ \t]+(.+?)[ \t]*#*$/gm;
const LINKED_TEXT = /!?\[((?:[^\]\\]|\\.)*)\]\([^)]*\)/g;

/** Links that lead to a file or to a heading, not to another site. */
export function findLinks({ text }: Document): readonly Link[] {
  const prose = blank(blank(blank(text, FENCED), COMMENT), INLINE_CODE);
  return [LINK, DEFINITION]
    .flatMap((pattern) => [...prose.matchAll(pattern)])
    .map(({ index, 1: target = '' }) => ({ line: lineAt(prose, index), target }))
    .filter(({ target }) => !ABSOLUTE.test(target))
    .sort((one, other) => one.line - other.line);
}

/** Names by which links lead to the headings, as GitHub makes them. */
export function findAnchors(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of blank(text, FENCED).matchAll(HEADING)) {
    const name = anchorOf(heading);
    let anchor = name;
    for (let count = 1; anchors.has(anchor); count += 1) {
      anchor = `${name}-${count}`;
    }
    anchors.add(anchor);
  }
  return anchors;
}

export function findCodeBlocks({ text }: Document): readonly CodeBlock[] {
  return [...text.matchAll(FENCED)].map(({ index, 3: information = '', 4: code = '' }) => ({
    line: lineAt(text, index) + 1,
    language: information.trim().split(/\s/, 1)[0] ?? '',
    code,
  }));
}

/** Everything in the typeface of code: blocks, and words within a sentence. */
export function findCode(document: Document): readonly Omit<CodeBlock, 'language'>[] {
  const prose = blank(document.text, FENCED);
  const words = [...prose.matchAll(INLINE_CODE)].map(({ index, 2: code = '' }) => ({
    line: lineAt(prose, index),
    code,
  }));
  return [...findCodeBlocks(document), ...words];
}

export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

function anchorOf(heading: string): string {
  return heading
    .replaceAll(LINKED_TEXT, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}_\- ]/gu, '')
    .replaceAll(' ', '-');
}

/** Leaves the lines, so that places stay what they are. */
function blank(text: string, pattern: RegExp): string {
  return text.replaceAll(pattern, (found) => found.replaceAll(/[^\n]/g, ' '));
}
