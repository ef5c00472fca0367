import type { ParserOptions } from 'prettier';
import { parsers } from 'prettier/plugins/markdown';

/** A Markdown file. */
export interface Document {
  /** Below the workspace, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** What is wrong in a document. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly problem: string;
}

/** Code in a block, or within a sentence. */
export interface Code {
  /** Of its first line of code. */
  readonly line: number;
  readonly code: string;
  /** Whether it stands within a sentence. */
  readonly isInline: boolean;
  /** First word behind the fence; undefined without one. */
  readonly language: string | undefined;
  /** What stands behind the language. */
  readonly meta: string;
}

export interface FirstCell {
  readonly line: number;
  readonly text: string;
  /** What of it is in the typeface of code. */
  readonly codes: readonly string[];
}

/** A node of mdast, as far as it is looked at. */
interface Node {
  readonly type: string;
  readonly position: { readonly start: { readonly line: number } };
  readonly children?: readonly Node[];
  readonly value?: string;
  readonly url?: string;
  readonly lang?: string | null;
  readonly meta?: string | null;
}

const ABSOLUTE = /^(?:[a-z][a-z\d+.-]*:|\/\/)/i;

export function renderFinding({ path, line, problem }: Finding): string {
  return `${path}:${line} ${problem}`;
}

/** Links that lead to a file or to a heading, not to another site; as they stand in the document. */
export function findLinks({ text }: Document): readonly { line: number; target: string }[] {
  return findNodes([parse(text)], 'link', 'image', 'definition')
    .map(({ position, url = '' }) => ({ line: position.start.line, target: url }))
    .filter(({ target }) => !ABSOLUTE.test(target));
}

/** Names by which links lead to the headings, as GitHub makes them. */
export function findAnchors(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const heading of findNodes([parse(text)], 'heading')) {
    const name = textOf(heading)
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N}_\- ]/gu, '')
      .replaceAll(' ', '-');
    let anchor = name;
    for (let count = 1; anchors.has(anchor); count += 1) {
      anchor = `${name}-${count}`;
    }
    anchors.add(anchor);
  }
  return anchors;
}

/** Everything in the typeface of code. */
export function findCode(text: string): readonly Code[] {
  return findNodes([parse(text)], 'code', 'inlineCode').map(
    ({ type, position, value = '', lang, meta }) => ({
      line: position.start.line + (type === 'code' ? 1 : 0),
      code: value,
      isInline: type === 'inlineCode',
      language: lang ?? undefined,
      meta: meta ?? '',
    }),
  );
}

/** Tables, each as the first cells of its rows, the heading first. */
export function findTables(text: string): readonly (readonly FirstCell[])[] {
  return findNodes([parse(text)], 'table').map(({ children = [] }) =>
    children.map(({ position, children: [first] = [] }) => ({
      line: position.start.line,
      text: first === undefined ? '' : textOf(first),
      codes: findNodes(first?.children ?? [], 'inlineCode').map(({ value = '' }) => value),
    })),
  );
}

export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

function parse(text: string): Node {
  // Prettier's own parser of Markdown is remark; it takes no options.
  return parsers.markdown.parse(text, {} as ParserOptions) as Node;
}

/** Nodes of some types among these and below, by their lines. */
function findNodes(roots: readonly Node[], ...types: readonly string[]): readonly Node[] {
  const nodes = [...roots];
  for (const node of nodes) {
    nodes.push(...(node.children ?? []));
  }
  return nodes
    .filter(({ type }) => types.includes(type))
    .toSorted((one, other) => one.position.start.line - other.position.start.line);
}

function textOf({ value = '', children = [] }: Node): string {
  return value + children.map(textOf).join('');
}
