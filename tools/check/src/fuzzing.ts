import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  ChildProgram,
  fetchJson,
  inWorkspace,
  LOOPBACK,
  READY,
  sourceProgram,
  TemporaryDirectory,
} from '@org/harness';

import { environment, run } from './workspace.ts';

/**
 * The gate of the contract: requests that Schemathesis makes up from the OpenAPI document get no
 * 5xx, and no answer that the document does not have.
 */
const VERSION = '4.32.5';
const SECONDS = 45;
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
];
/** These end the session that the other requests are sent with. */
const EXCLUDED = ['deleteAccount', 'deleteCurrentAccessToken', 'deleteSessions', 'deleteSession'];

const user = {
  first_name: 'Ada',
  last_name: 'Lovelace',
  username: 'ada',
  password: 'analytical-engine-1843',
};

const schemathesis = inWorkspace(`node_modules/.cache/schemathesis-${VERSION}`);
const directory = new TemporaryDirectory('fuzzing').path;
await install();
const data = { DATA_DIR: join(directory, 'data'), HOST: LOOPBACK, PORT: '0' };
const settings = { ...data, RATE_LIMITS: 'off', LOG_LEVEL: 'error' };
const program = new ChildProgram(sourceProgram({ ...environment, ...settings }));
try {
  const address = await program.printed(READY);
  await fetchJson('POST', `${address}/api/accounts`, { body: user });
  const login = await fetchJson('POST', `${address}/api/access-tokens`, { body: user });
  writeFileSync(
    join(directory, 'schemathesis.toml'),
    `[parameters]\n"path.account_id" = "${String(login.body['account_id'])}"\n`,
  );
  const words = [
    ...['--config-file', 'schemathesis.toml', 'run', inWorkspace('apps/api/src/openapi.json')],
    ...['--url', address, '--header', `Authorization: Bearer ${String(login.body['token'])}`],
    ...['--phases', 'examples,coverage,fuzzing', '--max-time', String(SECONDS)],
    ...['--checks', CHECKS.join(','), '--no-color', '--no-shrink', '--warnings', 'off'],
    ...EXCLUDED.flatMap((operation) => ['--exclude-operation-id', operation]),
  ];
  const env = { ...process.env, PYTHONPATH: schemathesis };
  const st = join(schemathesis, 'bin/st');
  const output = await run('python3', [st, ...words], { cwd: directory, env });
  process.stdout.write(`${/^ *\d+ generated.*$/m.exec(output)?.[0]?.trim() ?? output}\n`);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
} finally {
  await program.stop();
}

/** Installs Schemathesis from PyPI unless it is there; whole or not at all. */
async function install(): Promise<void> {
  if (existsSync(schemathesis)) {
    return;
  }
  const draft = `${schemathesis}.draft`;
  rmSync(draft, { recursive: true, force: true });
  const words = ['-m', 'pip', 'install', '--quiet', '--root-user-action=ignore', '--target', draft];
  await run('python3', [...words, `schemathesis==${VERSION}`]);
  renameSync(draft, schemathesis);
}
