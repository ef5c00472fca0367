import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';

interface Parsed {
  readonly href: string;
  readonly hosts: readonly string[];
  readonly username: string;
  readonly password: string;
  readonly pathname: string;
  readonly isSRV: boolean;
  readonly searchParams: URLSearchParams;
}
type ParserModule = { readonly ConnectionString: new (text: string) => Parsed };

const appDirectory = join(import.meta.dirname, '..');
let directory: string;
let asTheDriver: ParserModule;
let asBuilt: ParserModule;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'native-url-'));
  asTheDriver = await bundleParser('driver', {});
  asBuilt = await bundleParser('built', { 'whatwg-url': './src/native-url.ts' });
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

/** The driver's parser of connection strings. */
async function bundleParser(name: string, alias: Record<string, string>): Promise<ParserModule> {
  const outfile = join(directory, `${name}.mjs`);
  await build({
    absWorkingDir: appDirectory,
    stdin: {
      contents: "export { ConnectionString } from 'mongodb-connection-string-url';",
      resolveDir: appDirectory,
    },
    outfile,
    alias,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
  });
  return (await import(outfile)) as ParserModule;
}

function parse({ ConnectionString }: ParserModule, text: string): object {
  try {
    const parsed = new ConnectionString(text);
    const { href, hosts, username, password, pathname, isSRV, searchParams } = parsed;
    const named = [searchParams.get('REPLICASET'), searchParams.getAll('readpreferencetags')];
    return { href, hosts, username, password, pathname, isSRV, all: [...searchParams], named };
  } catch (error) {
    return { refused: (error as Error).name };
  }
}

it('is asked in place of what the driver brings', () => {
  const { hosts } = parse(asBuilt, 'mongodb://a,b/') as Parsed;

  expect(hosts).toEqual(['a', 'b']);
  expect(new asBuilt.ConnectionString('mongodb://a/')).toBeInstanceOf(URL);
  expect(new asTheDriver.ConnectionString('mongodb://a/')).not.toBeInstanceOf(URL);
});

it.each([
  'mongodb://127.0.0.1:27017/?replicaSet=rs0',
  'mongodb://localhost',
  'mongodb://a.example.com:1,b.example.com:2,[::1]:3/org?replicaSet=rs0&w=majority',
  'mongodb://user:p%40ss%2Fw%C3%B6rd%25@db.example.com/org?authSource=admin',
  'mongodb://u%24er:@db.example.com/',
  'mongodb+srv://user:secret@cluster.example.com/?retryWrites=true&appName=a%20b+c',
  'mongodb+srv://a.example.com,b.example.com/',
  'mongodb://%2Ftmp%2Fmongodb-27017.sock/org',
  'mongodb://db/org?readPreferenceTags=dc:ny,rack:1&readPreferenceTags=dc:ny',
  'mongodb://db/ä?tlsCAFile=/etc/ssl/ä.pem#x',
  'mongodb://user:p@ss@db/',
  'mongodb://@db/',
  'mongodb://',
  'http://db/',
  'mongodb://user:%zz@db/',
])('reads %s as the driver does', (text) => {
  expect(parse(asBuilt, text)).toEqual(parse(asTheDriver, text));
});
