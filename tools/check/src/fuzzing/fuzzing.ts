import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { workspaceRoot } from '../workspace.ts';
import { FuzzedProgram } from './fuzzed-program.ts';
import { installSchemathesis, runSchemathesis } from './schemathesis.ts';

/**
 * The gate of the contract: requests that are made up from the OpenAPI document get no 5xx, and no
 * answer that the document does not have.
 */
const SECONDS = 45;
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
];
/** These end the session that the other requests are sent with. */
const EXCLUDED = ['deleteAccount', 'deleteCurrentAccessToken', 'deleteSessions', 'deleteSession'];

const directory = mkdtempSync(join(tmpdir(), 'fuzzing-'));
installSchemathesis();
const program = await FuzzedProgram.start(join(directory, 'data'));
try {
  const { accountId, token } = await program.logIn();
  writeFileSync(
    join(directory, 'schemathesis.toml'),
    `[parameters]\n"path.account_id" = "${accountId}"\n`,
  );
  const output = runSchemathesis(
    [
      ...['--config-file', 'schemathesis.toml', 'run'],
      join(workspaceRoot, 'apps/api/src/openapi.json'),
      ...['--url', program.address, '--header', `Authorization: Bearer ${token}`],
      ...['--phases', 'examples,coverage,fuzzing', '--max-time', String(SECONDS)],
      ...['--checks', CHECKS.join(','), '--no-color', '--no-shrink', '--warnings', 'off'],
      ...EXCLUDED.flatMap((operation) => ['--exclude-operation-id', operation]),
    ],
    directory,
  );
  process.stdout.write(`${/^ *\d+ generated.*$/m.exec(output)?.[0]?.trim() ?? output}\n`);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
} finally {
  await program.stop();
  rmSync(directory, { recursive: true, force: true });
}
