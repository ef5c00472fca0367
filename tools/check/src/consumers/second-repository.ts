import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { cpSync, globSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename, delimiter, dirname, join } from 'node:path';
import { json } from 'node:stream/consumers';

import {
  databaseUri,
  fetchJson,
  inWorkspace,
  listen,
  makeSecretKey,
  waitUntil,
} from '@org/harness';

import { run } from '../workspace.ts';
import { callServer } from './call-server.ts';
import { outsideEnvironment } from './consumer-project.ts';
import type { Figure } from './figures.ts';
import { installTarballs } from './install-tarballs.ts';
import { findLines } from './readme-example.ts';

interface SecondRepositoryOptions {
  /** Where it is made; must not be there. */
  readonly folder: string;
  /** Tarballs by the names of their packages. */
  readonly tarballs: ReadonlyMap<string, string>;
  readonly mongodbUri: string;
}

const SOURCE = inWorkspace('tools/check/second-repository');
/** Where each exercise is; its tests begin with its name. */
const EXERCISES = {
  field: 'src/account-fields.ts',
  topic: 'src/welcome-topic.ts',
  provider: 'src/mail-provider.ts',
  policy: 'src/sign-up-policy.ts',
  module: 'src/membership/{module,membership,membership-repository,membership-service}.ts',
  route: 'src/membership/routes.ts',
};
const PROGRAM = 'src/{club,main}.ts';

/**
 * Makes a repository with fields, a topic, a provider, a policy, a module and routes of its own, from
 * tarballs only, runs its tests and its program, and compares our packages with what was packed.
 *
 * @returns the lines of each exercise with the seconds of its tests, and those of the program with the
 *   seconds from its start to its first mail
 */
export async function trySecondRepository(
  options: SecondRepositoryOptions,
): Promise<readonly Figure[]> {
  const { folder, tarballs, mongodbUri } = options;
  const environment = {
    ...outsideEnvironment(),
    PATH: [dirname(process.execPath), outsideEnvironment()['PATH']].join(delimiter),
    MONGODB_URI: mongodbUri,
  };
  const npm = (...words: readonly string[]) => run('npm', words, { cwd: folder, env: environment });
  cpSync(SOURCE, folder, {
    recursive: true,
    filter: (path) => !/\/(dist|node_modules)$/.test(path),
  });
  await installTarballs({ folder, tarballs, environment });
  await npm('run', 'build');
  const report = await npm('test');
  const startedAt = performance.now();
  await callProgram(folder, {
    ...environment,
    MONGODB_URI: databaseUri(mongodbUri, basename(folder)),
    SECRET_KEY: makeSecretKey(),
  });
  const seconds = (performance.now() - startedAt) / 1000;
  await assertUnchanged(options);
  const exercises = Object.entries(EXERCISES).map(([name, pattern]) => ({
    name,
    lines: countLines(folder, pattern),
    seconds: readSeconds(report, name),
  }));
  return [...exercises, { name: 'program', lines: countLines(folder, PROGRAM), seconds }];
}

/** Signs up in its program, calls its routes, and waits for its mail at its vendor. */
async function callProgram(folder: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const mails: unknown[] = [];
  const vendor = createServer((request, response) => {
    void json(request).then((mail) => {
      mails.push(mail);
      response.end('accepted');
    });
  });
  const settings = { ...environment, MAIL_URL: `http://127.0.0.1:${await listen(vendor)}` };
  const program = join(folder, 'dist/src/main.js');
  const server = { command: process.execPath, program, environment: settings };
  await callServer(server, async (address) => {
    const login = { username: 'ada@rowing.example', password: 'analytical engine' };
    const names = { first_name: 'Ada', last_name: 'Lovelace', club: 'rowing', locale: 'de' };
    const signUp = await fetchJson('POST', `${address}/api/accounts`, {
      body: { ...login, ...names },
    });
    deepStrictEqual([signUp.status, signUp.body['club']], [201, 'rowing']);
    const session = await fetchJson('POST', `${address}/api/access-tokens`, { body: login });
    const token = String(session.body['token']);
    const path = `/api/accounts/${String(signUp.body['id'])}/membership`;
    const membership = await fetchJson('GET', address + path, { token });
    strictEqual(membership.body['club'], 'rowing');
    const club = await fetchJson('GET', `${address}/api/clubs/rowing`, { token });
    deepStrictEqual(club.body, { members: 1 });
    await waitUntil('the mail that welcomes', () => mails.length > 0);
  });
  vendor.close();
  const [{ subject = '' } = {}] = mails as { subject?: string }[];
  strictEqual(subject, 'Willkommen im Ruderclub');
}

/** Whoever had to change something in our packages would have a fork. */
async function assertUnchanged({ folder, tarballs }: SecondRepositoryOptions): Promise<void> {
  for (const [name, tarball] of tarballs) {
    const packed = join(folder, 'packed', name);
    mkdirSync(packed, { recursive: true });
    await run('tar', ['-xzf', tarball, '-C', packed, '--strip-components=1']);
    const installed = join(folder, 'node_modules', name);
    await run('diff', ['--recursive', '--exclude=node_modules', packed, installed]);
  }
}

function countLines(folder: string, pattern: string): number {
  const paths = globSync(pattern, { cwd: folder });
  const texts = paths.map((path) => readFileSync(join(folder, path), 'utf8'));
  return texts.flatMap(findLines).length;
}

/** By the lines of Node's own reporter, such as `✔ field: is stored (12.3ms)`. */
function readSeconds(report: string, name: string): number {
  const lines = [...report.matchAll(/^✔ (\w+): .* \(([\d.]+)ms\)$/gm)];
  const ofExercise = lines.filter(([, exercise]) => exercise === name);
  return ofExercise.reduce((sum, [, , milliseconds]) => sum + Number(milliseconds), 0) / 1000;
}
