import { readFileSync } from 'node:fs';

import { inWorkspace } from '@org/harness';

import { conclude, run } from './workspace.ts';

const GENERATED = ['apps/api/src/openapi.json', 'libs/api-client/src/openapi.ts'];

function read(): readonly string[] {
  return GENERATED.map((path) => readFileSync(inWorkspace(path), 'utf8'));
}

const before = read();
await run('npm', ['run', '--silent', 'openapi']);
const after = read();
const outdated = GENERATED.filter((_path, index) => before[index] !== after[index]);
conclude(
  outdated.map(
    (path) => `${path} is not what the routes say. npm run openapi writes it; commit it.`,
  ),
);
