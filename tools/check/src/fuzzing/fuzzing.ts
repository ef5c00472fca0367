import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import {
  ChildProgram,
  fetchJson,
  inWorkspace,
  LOOPBACK,
  READY,
  sourceProgram,
  TemporaryDirectory,
} from '@org/harness';

import { installPythonPackage } from '../cached-install.ts';
import { environment, run } from '../workspace.ts';

/**
 * The gate of the contract: requests that Schemathesis makes up from the OpenAPI document, alone and
 * in sequences along the links that it infers, get no 5xx and no answer that the document does not
 * have, and none of them succeeds without a login or as somebody else. `--minutes N` goes on for
 * longer.
 */
const VERSION = '4.32.5';
/** Fewer leave operations untried on two cores. */
const MINUTES = 1.5;
/** What is tried, each for its share of the time. */
const PARTS = [
  { title: 'requests', share: 0.65, words: ['--phases', 'examples,coverage,fuzzing'] },
  // Among all others, few sequences would make, delete and read the same thing.
  {
    title: 'life of a task',
    share: 0.15,
    words: ['--phases', 'stateful', '--include-path-regex', '/tasks'],
  },
  { title: 'sequences', share: 0.2, words: ['--phases', 'stateful'] },
];
const EXAMPLES = 5;
/** Of a sequence. */
const STEPS = 20;
/**
 * Not `positive_data_acceptance`: the document says of which type a value is, and a 400 with its
 * code what else it must be, such as the name of an event, a live token, or a text that shows.
 */
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'negative_data_rejection',
  'missing_required_header',
  'unsupported_method',
  'allow_header_conformance',
  'ignored_auth',
  'use_after_free',
  'ensure_resource_availability',
  'foreign_identity',
];
const HTTP_OK = 200;
/** Operations whose requests are sent again, even on a machine that is busy: fewer mean that none are. */
const LEAST_JUDGED = 5;

/** These end the session that the other requests are sent with. */
const EXCLUDED = [
  ...['deleteAccount', 'deleteCurrentAccessToken', 'deleteCurrentSession', 'deleteSessions'],
  ...['deleteSession', 'endAllSessions'],
];

const { values: options } = parseArgs({ options: { minutes: { type: 'string' } } });
const seconds = 60 * Number(options.minutes ?? MINUTES);
const schemathesis = await installPythonPackage('schemathesis', VERSION);
const directory = new TemporaryDirectory('fuzzing').path;
const identityReport = join(directory, 'identities.json');
const data = { DATA_DIR: join(directory, 'data'), HOST: LOOPBACK, PORT: '0' };
const lives = { ACCESS_TOKEN_TTL: '1d', RECENT_AUTHENTICATION_TTL: '1d' };
const settings = {
  ...{ ...environment, ...data, ...lives },
  ...{ ADMIN_API: 'on', RATE_LIMITS: 'off', LOG_LEVEL: 'error' },
};
const program = new ChildProgram(sourceProgram(settings));
try {
  const address = await program.printed(READY);
  const admin = await logInAs('ada', address);
  const customer = await logInAs('grace', address);
  const other = await logInAs('eve', address);
  const grant = ['roles', 'grant', admin.accountId, 'admin', '--reason', 'to fuzz the admin API'];
  await run('org-admin', grant, { env: settings });
  writeFileSync(
    join(directory, 'schemathesis.toml'),
    `hooks = "${join(import.meta.dirname, 'foreign_identity.py')}"
[auth.openapi.bearer]
bearer = "${admin.token}"
[parameters]
"path.account_id" = "${admin.accountId}"
[phases.stateful]
max-steps = ${STEPS}

[[operations]]
include-path-regex = "^/api/admin/"
[operations.parameters]
"path.account_id" = "${customer.accountId}"
`,
  );
  const words = [
    ...['--config-file', 'schemathesis.toml', 'run', inWorkspace('apps/api/src/openapi.json')],
    ...['--url', address, '--max-examples', String(EXAMPLES)],
    ...['--checks', CHECKS.join(','), '--no-color', '--no-shrink', '--warnings', 'off'],
    ...EXCLUDED.flatMap((operation) => ['--exclude-operation-id', operation]),
  ];
  const env = {
    ...{ ...process.env, PYTHONPATH: schemathesis, PYTHONDONTWRITEBYTECODE: '1' },
    ...{ OWN_ACCOUNT: admin.accountId, OTHER_ACCOUNT: other.accountId, OTHER_TOKEN: other.token },
    IDENTITY_REPORT: identityReport,
  };
  for (const { title, share, words: part } of PARTS) {
    const limits = [...part, '--max-time', String(Math.ceil(seconds * share))];
    const st = join(schemathesis, 'bin/st');
    const output = await run('python3', [st, ...words, ...limits], { cwd: directory, env });
    await assertLoggedIn(admin.token, address);
    process.stdout.write(`${title}: ${summaryOf(output)}\n`);
  }
  process.stdout.write(`${summaryOfIdentities()}\n`);
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

/** @throws Error if no request was tried, or no link followed */
function summaryOf(output: string): string {
  const counts = [/[1-9]\d* generated.*/, /Scenarios: .*/, /API Links: .*/].flatMap(
    (line) => line.exec(output)?.[0].replaceAll(/\s+/g, ' ') ?? [],
  );
  if (counts.length === 0 || /^API Links: 0 /.test(counts.at(-1) ?? '')) {
    throw new Error(`Schemathesis tried nothing.\n${output}`);
  }
  return counts.join('; ');
}

/** @throws Error if too few requests were sent again as somebody else */
function summaryOfIdentities(): string {
  const judged = JSON.parse(readFileSync(identityReport, 'utf8')) as Record<string, number>;
  const counts = Object.values(judged);
  const requests = counts.reduce((sum, count) => sum + count, 0);
  const summary = `${requests} requests to ${counts.length} operations sent again as another account`;
  if (counts.length < LEAST_JUDGED) {
    throw new Error(`Only ${summary}.`);
  }
  return summary;
}
