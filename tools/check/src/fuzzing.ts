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
/** Fewer leave operations untried on two cores. */
const SECONDS = 100;
const EXAMPLES = 5;
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
];
const HTTP_OK = 200;

/** These end the session that the other requests are sent with. */
const EXCLUDED = [
  ...['deleteAccount', 'deleteCurrentAccessToken', 'deleteCurrentSession', 'deleteSessions'],
  ...['deleteSession', 'endAllSessions'],
];

const schemathesis = inWorkspace(`node_modules/.cache/schemathesis-${VERSION}`);
const directory = new TemporaryDirectory('fuzzing').path;
await install();
const data = { DATA_DIR: join(directory, 'data'), HOST: LOOPBACK, PORT: '0' };
const settings = {
  ...{ ...environment, ...data },
  ...{ ADMIN_API: 'on', RATE_LIMITS: 'off', LOG_LEVEL: 'error' },
};
const program = new ChildProgram(sourceProgram(settings));
try {
  const address = await program.printed(READY);
  const admin = await logInAs('ada', address);
  const customer = await logInAs('grace', address);
  const grant = ['roles', 'grant', admin.accountId, 'admin', '--reason', 'to fuzz the admin API'];
  await run('org-admin', grant, { env: settings });
  writeFileSync(
    join(directory, 'schemathesis.toml'),
    `[parameters]
"path.account_id" = "${admin.accountId}"

[[operations]]
include-path-regex = "^/api/admin/"
[operations.parameters]
"path.account_id" = "${customer.accountId}"
`,
  );
  const words = [
    ...['--config-file', 'schemathesis.toml', 'run', inWorkspace('apps/api/src/openapi.json')],
    ...['--url', address, '--header', `Authorization: Bearer ${admin.token}`],
    ...['--phases', 'examples,coverage,fuzzing', '--max-time', String(SECONDS)],
    ...['--max-examples', String(EXAMPLES)],
    ...['--checks', CHECKS.join(','), '--no-color', '--no-shrink', '--warnings', 'off'],
    ...EXCLUDED.flatMap((operation) => ['--exclude-operation-id', operation]),
  ];
  const env = { ...process.env, PYTHONPATH: schemathesis };
  const st = join(schemathesis, 'bin/st');
  const output = await run('python3', [st, ...words], { cwd: directory, env });
  await assertLoggedIn(admin.token, address);
  process.stdout.write(`${/^ *\d+ generated.*$/m.exec(output)?.[0]?.trim() ?? output}\n`);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
} finally {
  await program.stop();
}

async function logInAs(
  username: string,
  address: string,
): Promise<{ readonly accountId: string; readonly token: string }> {
  const body = {
    ...{ first_name: 'Ada', last_name: 'Lovelace' },
    ...{ username, password: 'analytical-engine-1843' },
  };
  await fetchJson('POST', `${address}/api/accounts`, { body });
  const login = await fetchJson('POST', `${address}/api/access-tokens`, { body });
  return { accountId: String(login.body['account_id']), token: String(login.body['token']) };
}

/** A session that ends on the way leaves nothing to fuzz but refusals. */
async function assertLoggedIn(token: string, address: string): Promise<void> {
  const { status } = await fetchJson('GET', `${address}/api/admin/me`, { token });
  if (status !== HTTP_OK) {
    throw new Error(`The session had ended when the fuzzing did: ${status}.`);
  }
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
