import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const workspaceRoot = join(import.meta.dirname, '../../..');
const GENERATED = ['apps/api/src/openapi.json', 'libs/api-client/src/openapi.ts'];

function read(): readonly string[] {
  return GENERATED.map((path) => readFileSync(join(workspaceRoot, path), 'utf8'));
}

const before = read();
const { status } = spawnSync('npm', ['run', '--silent', 'openapi'], {
  cwd: workspaceRoot,
  stdio: 'inherit',
});
const after = status === 0 ? read() : [];
const outdated = GENERATED.filter((_path, index) => before[index] !== after[index]);
if (outdated.length > 0) {
  process.stderr.write(
    `Not what the routes say: ${outdated.join(', ')}. npm run openapi writes them anew; commit them.\n`,
  );
  process.exitCode = 1;
}
