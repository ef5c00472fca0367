import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

import {
  ChildProgram,
  inWorkspace,
  listen,
  LOOPBACK,
  READY,
  runCommand,
  sourceProgram,
  TemporaryDirectory,
} from '@org/harness';

import { environment, run, runCase } from '../workspace.ts';
import { TlsFront } from './tls-front.ts';

/** The gate of the HTML pages: MDN's HTTP Observatory has nothing against their headers. */
const SCANNER = '@mdn/mdn-http-observatory';
const VERSION = '1.4.8';
const GRADE = 'A+';
const PAGES = ['/api/docs/', '/dev/outbox', '/dev/outbox/templates', '/api/unsubscribe'];

interface Scan {
  readonly error?: string;
  readonly scan?: { readonly grade: string; readonly score: number };
  readonly tests?: Readonly<Record<string, { readonly pass: boolean; readonly result: string }>>;
}

const folder = inWorkspace(`node_modules/.cache/http-observatory-${VERSION}`);
const directory = new TemporaryDirectory('page-headers').path;
await install();
const front = await TlsFront.open(directory);
await runCase('a page without headers is refused', refusesBarePage);
await scanProgram();
front.close();

/** Installs the scanner unless it is there; whole or not at all. */
async function install(): Promise<void> {
  if (existsSync(folder)) {
    return;
  }
  const draft = `${folder}.draft`;
  rmSync(draft, { recursive: true, force: true });
  // Its scripts download lists of domains.
  const words = ['install', '--ignore-scripts', '--prefer-offline', '--prefix', draft];
  await run('npm', [...words, `${SCANNER}@${VERSION}`]);
  writeFileSync(join(draft, 'node_modules', SCANNER, 'conf/hsts-preload.json'), '{}');
  renameSync(draft, folder);
}

async function scanProgram(): Promise<void> {
  const data = { DATA_DIR: join(directory, 'data'), HOST: LOOPBACK, PORT: '0' };
  const program = new ChildProgram(
    sourceProgram({ ...environment, ...data, API_DOCS: 'on', LOG_LEVEL: 'error' }),
  );
  try {
    front.target = await program.printed(READY);
    for (const page of PAGES) {
      await runCase(page, () => assertPasses(page));
    }
  } finally {
    await program.stop();
  }
}

async function assertPasses(page: string): Promise<string> {
  const { error, scan: { grade, score } = { grade: '', score: 0 }, tests = {} } = await scan(page);
  const failed = Object.entries(tests).filter(([, { pass }]) => !pass);
  if (grade !== GRADE || failed.length > 0) {
    const found = failed.map(([name, { result }]) => `${name}: ${result}`).join(', ');
    throw new Error(error ?? `${grade}, ${score} points; ${found}`);
  }
  return `${grade}, ${score} points`;
}

async function refusesBarePage(): Promise<string> {
  const bare = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<title>Bare</title>');
  });
  front.target = `http://${LOOPBACK}:${await listen(bare)}`;
  try {
    await assertPasses('/');
  } catch (error) {
    return (error as Error).message;
  } finally {
    bare.close();
  }
  throw new Error('It passed.');
}

async function scan(page: string): Promise<Scan> {
  const program = join(folder, 'node_modules', SCANNER, 'src/scan.js');
  const { PATH, HOME } = environment;
  const { output } = await runCommand('node', [program, front.host + page], {
    environment: { PATH, HOME, NODE_EXTRA_CA_CERTS: front.certificatePath },
  });
  return JSON.parse(output) as Scan;
}
