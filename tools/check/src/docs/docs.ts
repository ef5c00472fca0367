import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { run, workspaceRoot } from '../workspace.ts';
import { checkCodeBlocks } from './code-blocks.ts';
import { checkCommands } from './commands.ts';
import { describeFinding } from './finding.ts';
import { checkLinks } from './links.ts';
import type { Document } from './markdown.ts';
import { checkTestTitles } from './test-titles.ts';
import { readCommands } from './workspace-commands.ts';

/** The gate of the documents: what they point at is there, and what they show parses. */
const GUIDE = /^(?:README\.md$|docs\/)/;
const LISTED = ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'];

const documents: readonly Document[] = run('git', LISTED)
  .trim()
  .split('\n')
  .filter((path) => !path.endsWith('.api.md'))
  .map((path) => ({ path, text: readFileSync(join(workspaceRoot, path), 'utf8') }));
const guides = documents.filter(({ path }) => GUIDE.test(path));
const commands = readCommands(workspaceRoot);
const findings = [
  ...documents.flatMap((document) => checkLinks(workspaceRoot, document)),
  ...documents.flatMap((document) => checkTestTitles(workspaceRoot, document)),
  ...guides.flatMap(checkCodeBlocks),
  ...documents.flatMap((document) => checkCommands(document, commands)),
];
process.stdout.write(
  [...findings.map(describeFinding), `${documents.length} documents read`, ''].join('\n'),
);
process.exitCode = findings.length === 0 ? 0 : 1;
