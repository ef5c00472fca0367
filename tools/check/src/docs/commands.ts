import type { Finding } from './finding.ts';
import { findCode, lineAt, type Document } from './markdown.ts';

/** What can be run in this workspace. */
export interface Commands {
  readonly npmScripts: ReadonlySet<string>;
  /** Names of the groups of `org-admin`, and of the commands in them. */
  readonly adminCommands: ReadonlySet<string>;
  hasGenerator(name: string): boolean;
}

const NPM_RUN = /\bnpm run (?:--?\w+ )*(?<name>[\w:-]+)/g;
const ORG_ADMIN = /\borg-admin(?<words>(?: [a-z][a-z-]*){1,2})/g;
const NX_GENERATE = /\bnx (?:g|generate) (?<name>[@\w/:.-]+)/g;

/** Commands that the document names and that are not there. */
export function checkCommands(document: Document, commands: Commands): readonly Finding[] {
  return findCode(document).flatMap(({ code, line }) =>
    findMissing(code, commands).map(({ index, command }) => ({
      path: document.path,
      line: line + lineAt(code, index) - 1,
      problem: `there is no ${command}`,
    })),
  );
}

interface Missing {
  readonly index: number;
  readonly command: string;
}

function findMissing(code: string, commands: Commands): readonly Missing[] {
  const { npmScripts, adminCommands } = commands;
  return [
    ...findUnless(code, NPM_RUN, ({ name = '' }) => npmScripts.has(name)),
    ...findUnless(code, ORG_ADMIN, ({ words = '' }) =>
      words
        .trim()
        .split(' ')
        .every((word) => adminCommands.has(word)),
    ),
    ...findUnless(code, NX_GENERATE, ({ name = '' }) => commands.hasGenerator(name)),
  ];
}

function findUnless(
  code: string,
  pattern: RegExp,
  isThere: (groups: Readonly<Record<string, string>>) => boolean,
): readonly Missing[] {
  return [...code.matchAll(pattern)]
    .filter(({ groups = {} }) => !isThere(groups))
    .map(({ index, 0: command }) => ({ index, command }));
}
