import { flattenDiagnosticMessageText, transpileModule } from 'typescript';

import type { Finding } from './finding.ts';
import { findCodeBlocks, lineAt, type CodeBlock, type Document } from './markdown.ts';

/** In a block of JSON, what is left out. */
const ELLIPSIS = /…|\.\.\./;

/** Blocks of TypeScript and JSON that do not parse. */
export function checkCodeBlocks(document: Document): readonly Finding[] {
  return findCodeBlocks(document).flatMap((block) =>
    problemsOf(block).map((finding) => ({ path: document.path, ...finding })),
  );
}

function problemsOf(block: CodeBlock): readonly Omit<Finding, 'path'>[] {
  switch (block.language) {
    case 'ts':
      return problemsOfTypeScript(block);
    case 'json':
      return ELLIPSIS.test(block.code) ? [] : problemsOfJson(block);
    default:
      return [];
  }
}

function problemsOfTypeScript({ code, line }: CodeBlock): readonly Omit<Finding, 'path'>[] {
  const { diagnostics = [] } = transpileModule(code, { reportDiagnostics: true });
  return diagnostics.map(({ messageText, start = 0 }) => ({
    line: line + lineAt(code, start) - 1,
    problem: `is no TypeScript: ${flattenDiagnosticMessageText(messageText, ' ')}`,
  }));
}

function problemsOfJson({ code, line }: CodeBlock): readonly Omit<Finding, 'path'>[] {
  try {
    JSON.parse(code);
    return [];
  } catch (error) {
    return [{ line, problem: `is no JSON: ${(error as Error).message}` }];
  }
}
