import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { run, workspaceRoot } from '../workspace.ts';
import { findProblems } from './find-problems.ts';

/** The gate of the documents: what they link to and name is there. */
const { scripts } = JSON.parse(readFileSync(join(workspaceRoot, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const words = ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'];
const documents = run('git', words).trim().split('\n');
const problems = documents
  .filter((path) => !path.endsWith('.api.md'))
  .flatMap((path) =>
    findProblems(path, {
      exists: (linked) => existsSync(join(workspaceRoot, linked)),
      read: (linked) => readFileSync(join(workspaceRoot, linked), 'utf8'),
      scripts: Object.keys(scripts),
    }),
  );
for (const problem of problems) {
  process.stderr.write(`${problem}\n`);
}
process.stdout.write(`${documents.length} documents, ${problems.length} problems\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
