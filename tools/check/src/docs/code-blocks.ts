import { flattenDiagnosticMessageText, transpileModule } from 'typescript';

import { findCode, lineAt, type Document, type Finding } from './markdown.ts';

/** In a block of JSON, what is left out. */
const ELLIPSIS = /…|\.\.\./;

/** Blocks of TypeScript and JSON that do not parse. */
export function checkCodeBlocks({ path, text }: Document): readonly Finding[] {
  return findCode(text).flatMap(({ language, code, line }) => {
    const problems = problemsOf(language, code);
    return problems.map(([at, problem]) => ({ path, line: line + at - 1, problem }));
  });
}

type Problem = readonly [line: number, problem: string];

function problemsOf(language: string | undefined, code: string): readonly Problem[] {
  if (language === 'ts') {
    const { diagnostics = [] } = transpileModule(code, { reportDiagnostics: true });
    return diagnostics.map(({ messageText, start = 0 }) => {
      const message = flattenDiagnosticMessageText(messageText, ' ');
      return [lineAt(code, start), `is no TypeScript: ${message}`];
    });
  }
  return language === 'json' && !ELLIPSIS.test(code) ? problemsOfJson(code) : [];
}

function problemsOfJson(code: string): readonly Problem[] {
  try {
    JSON.parse(code);
    return [];
  } catch (error) {
    return [[1, `is no JSON: ${(error as Error).message}`]];
  }
}
