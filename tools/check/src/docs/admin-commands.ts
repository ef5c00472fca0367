import { run } from '../workspace.ts';
import { findCode, lineAt, type Document, type Finding } from './markdown.ts';

const CHECK = ['--conditions=@org/source', 'apps/admin-cli/src/check-lines.ts'];
/** What follows the program's name, up to the end of the command. */
const COMMAND = /(?<![\w./-])org-admin(?:\.js)? (?<line>(?:'[^']*'|"[^"]*"|\\\n|[^|>;&#\n'"])+)/g;
const WORD = /(?:'[^']*'|"[^"]*"|[^\s'"\\])+/g;
/** Within a sentence: a command or a group of commands by its name, not as it is typed. */
const NAME = /^[a-z][a-z-]*(?: [a-z][a-z-]*)?(?: …)?$/;

interface Line extends Omit<Finding, 'problem'> {
  readonly command: string;
  readonly isName: boolean;
}

/** Command lines of operators that cannot be run as they are written, as the program itself says. */
export async function checkAdminCommands(
  documents: readonly Document[],
): Promise<readonly Finding[]> {
  const lines = documents.flatMap(findLines);
  const asked = lines.map(({ command, isName }) => ({ words: toWords(command), isName }));
  const answer = await run(process.execPath, [...CHECK, JSON.stringify(asked)]);
  const problems = JSON.parse(answer) as readonly (string | null)[];
  return lines.flatMap(({ path, line, command }, index) => {
    const problem = problems[index];
    return problem == null ? [] : [{ path, line, problem: `org-admin ${command}: ${problem}` }];
  });
}

function findLines({ path, text }: Document): readonly Line[] {
  return findCode(text).flatMap(({ code, line, isInline }) =>
    [...code.matchAll(COMMAND)].map(({ index, groups }) => {
      const command = groups?.['line']?.trim() ?? '';
      const isName = isInline && NAME.test(command);
      return { path, line: line + lineAt(code, index) - 1, command, isName };
    }),
  );
}

function toWords(command: string): readonly string[] {
  const words = command.match(WORD) ?? [];
  return words.filter((word) => word !== '…').map((word) => word.replaceAll(/['"]/g, ''));
}
