import { fileURLToPath } from 'node:url';

import { ESLint, type Linter } from 'eslint';
import typescript from 'typescript-eslint';

export const workspaceRoot = fileURLToPath(new URL('../../..', import.meta.url));

/** The rules that make up the walls. */
export const wallRules = {
  nx: '@nx/enforce-module-boundaries',
  layers: 'boundaries/dependencies',
  unknownFiles: 'boundaries/no-unknown-files',
  graph: 'workspace/project-graph-present',
} as const;

// Fixtures need not exist, and TypeScript cannot check files that do not.
const withoutTypes = typescript.configs.disableTypeChecked as Linter.Config;

const eslint = new ESLint({ cwd: workspaceRoot, overrideConfig: [withoutTypes] });
const eslintAsIs = new ESLint({ cwd: workspaceRoot });

/**
 * Lints code as if it were in a file of the workspace, with the real eslint.config.mjs.
 *
 * @param file relative to the workspace; need not exist
 */
export async function lint(file: string, code: string): Promise<readonly Linter.LintMessage[]> {
  const [result] = await eslint.lintText(`${code}\n`, { filePath: `${workspaceRoot}${file}` });
  return result?.messages ?? [];
}

/** The messages of the walls only. */
export async function lintWalls(
  file: string,
  code: string,
): Promise<readonly Linter.LintMessage[]> {
  const rules: readonly string[] = Object.values(wallRules);
  const messages = await lint(file, code);
  return messages.filter(({ ruleId, fatal }) => fatal === true || rules.includes(ruleId ?? ''));
}

/** A line of code and its file. */
export interface Fixture {
  readonly file: string;
  readonly code: string;
}

/**
 * Lints all fixtures of a file together, one line each: most of the time goes into starting eslint
 * on a file.
 *
 * @returns what the walls report for one of the fixtures
 */
export function lintTogether(
  fixtures: readonly Fixture[],
): (fixture: Fixture) => Promise<readonly Linter.LintMessage[]> {
  const messagesByFile = new Map<string, ReturnType<typeof lintWalls>>();
  return async ({ file, code }) => {
    const lines = fixtures.filter((each) => each.file === file).map((each) => each.code);
    const messages = messagesByFile.get(file) ?? lintWalls(file, lines.join('\n'));
    messagesByFile.set(file, messages);
    const line = lines.indexOf(code) + 1;
    return (await messages).filter((message) => message.fatal === true || message.line === line);
  };
}

/** The configuration that eslint.config.mjs gives a file. */
export async function configurationOf(file: string): Promise<Linter.Config> {
  return (await eslintAsIs.calculateConfigForFile(`${workspaceRoot}${file}`)) as Linter.Config;
}
