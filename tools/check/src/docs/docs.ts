import { readFileSync } from 'node:fs';

import { inWorkspace, workspaceRoot } from '@org/harness';

import { conclude, run } from '../workspace.ts';
import { checkAdminCommands } from './admin-commands.ts';
import { checkCodeBlocks } from './code-blocks.ts';
import { checkCommands, readCommands } from './commands.ts';
import { checkLinks } from './links.ts';
import { renderFinding, type Document, type Finding } from './markdown.ts';
import { checkModuleTables, readModule } from './module-tables.ts';
import { checkTestTitles } from './test-titles.ts';

/** The gate of the documents: what they point at is there, and what they show parses. */
const GUIDE = /^(?:README\.md$|docs\/)/;
const MODULE_README = /^libs\/([^/]+)\/README\.md$/;
const LISTED = ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'];

const commands = readCommands(workspaceRoot);
const paths = (await run('git', LISTED)).trim().split('\n');
const documents = paths
  .filter((path) => !path.endsWith('.api.md'))
  .map((path) => ({ path, text: readFileSync(inWorkspace(path), 'utf8') }));
const findings = documents.flatMap((document) => [
  ...checkLinks(workspaceRoot, document),
  ...checkTestTitles(workspaceRoot, document),
  ...(GUIDE.test(document.path) ? checkCodeBlocks(document) : []),
  ...checkCommands(document, commands),
  ...checkTables(document),
]);
findings.push(...(await checkAdminCommands(documents)));
conclude(findings.map(renderFinding), `${documents.length} documents read`);

function checkTables(document: Document): readonly Finding[] {
  const [, library] = MODULE_README.exec(document.path) ?? [];
  return library === undefined
    ? []
    : checkModuleTables(document, readModule(workspaceRoot, library));
}
