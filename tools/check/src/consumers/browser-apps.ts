import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { databaseUri, fetchJson, findChromium, inWorkspace, makeSecretKey } from '@org/harness';

import { findCode } from '../docs/markdown.ts';
import { run } from '../workspace.ts';
import { callServer } from './call-server.ts';
import { outsideEnvironment } from './consumer-project.ts';
import { installTarballs } from './install-tarballs.ts';
import { findLines } from './readme-example.ts';

interface BrowserAppsOptions {
  /** Where they are made; must not be there. */
  readonly folder: string;
  /** Tarballs by the names of their packages. */
  readonly tarballs: ReadonlyMap<string, string>;
  readonly mongodbUri: string;
}

const SOURCE = inWorkspace('tools/check/browser-apps');
const DOCUMENT = inWorkspace('docs/browsers.md');
const FILE = /^file=(\S+)/;
/** The files of each app, without its empty lines. */
const APPS = {
  fastify: ['fastify.ts'],
  express: ['express.ts'],
  vite: ['vite.config.ts', 'index.html', 'main.ts'],
};
const MAXIMUM_LINES = 25;
const ada = {
  first_name: 'Ada',
  last_name: 'Lovelace',
  username: 'ada',
  password: 'analytical engine',
};

/**
 * Runs the apps of docs/browsers.md on what npm would publish, and logs in and out in Chromium.
 * Folder for screenshots: `SCREENSHOTS` in the environment.
 *
 * @returns the lines of each
 */
export async function tryBrowserApps(options: BrowserAppsOptions): Promise<string> {
  const { folder, tarballs, mongodbUri } = options;
  const chromium = findChromium();
  if (chromium === undefined) {
    return 'skipped, there is no Chromium on the path';
  }
  const lines = writeFiles(folder);
  await installTarballs({ folder, tarballs, environment: outsideEnvironment() });
  await run(join(folder, 'node_modules/.bin/tsc'), [], { cwd: folder });
  const environment = {
    ...outsideEnvironment(),
    MONGODB_URI: databaseUri(mongodbUri, basename(folder)),
    SECRET_KEY: makeSecretKey(),
  };
  const app = (name: string) => ({ command: process.execPath, program: join(folder, name) });
  let accountId = '';
  const visit = async (address: string, name: string): Promise<void> => {
    const words = [chromium, address, accountId, name, process.env['SCREENSHOTS'] ?? ''];
    const env = outsideEnvironment();
    await run(process.execPath, ['visit.ts', ...words.filter(Boolean)], { cwd: folder, env });
  };
  await callServer({ ...app('express.ts'), environment }, async (address) => {
    const signUp = await fetchJson('POST', `${address}/api/accounts`, { body: ada });
    accountId = String(signUp.body['id']);
    await visit(address, 'express');
  });
  await callServer({ ...app('fastify.ts'), environment }, async (api) => {
    await visit(api, 'fastify');
    const vite = {
      ...app('node_modules/vite/bin/vite.js'),
      environment: { ...environment, API_TARGET: api },
      directory: folder,
      wordsFor: (port: number) => ['--strictPort', '--port', String(port)],
    };
    await callServer(vite, (address) => visit(address, 'vite'));
  });
  return lines;
}

function writeFiles(folder: string): string {
  cpSync(SOURCE, folder, { recursive: true, filter: (path) => basename(path) !== 'node_modules' });
  const files = new Map(
    findCode(readFileSync(DOCUMENT, 'utf8')).flatMap(({ meta, code }) => {
      const name = FILE.exec(meta)?.[1];
      return name === undefined ? [] : [[name, code] as const];
    }),
  );
  for (const [name, code] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), code);
  }
  return Object.entries(APPS)
    .map(([app, names]) => {
      const lines = names.flatMap((name) => findLines(files.get(name) ?? '')).length;
      if (lines === 0 || lines > MAXIMUM_LINES) {
        throw new Error(`The app on ${app} has ${lines} lines; at most ${MAXIMUM_LINES}.`);
      }
      return `${app} ${lines} lines`;
    })
    .join(', ');
}
