import { Corpus, inParallel } from '@org/harness';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { get, send, signUpAndLogIn, type LoggedIn } from '../client.ts';
import { onThrowawayDatabase, Program, runOrgAdmin } from '../program.ts';

const FOLDER = 'test_parsing';
/** How many files there are: what must be taken, what must be refused, and what may be either. */
const COUNTS = { y: 95, n: 188, i: 35 };
const BODY_LIMIT = 64 * 1024;
const NOTHING = '64b00000000000000000000a';
const corpus = new Corpus('json-test-suite', []);

interface File {
  readonly name: string;
  readonly content: Buffer;
}

interface Route {
  readonly method: string;
  readonly path: string;
}

interface Operation {
  readonly requestBody?: { readonly content: object };
}

describe.skipIf(corpus.isMissing)(corpus.title('JSONTestSuite'), { timeout: 300_000 }, () => {
  let program: Program;
  let address: string;
  let admin: LoggedIn;
  let customer: LoggedIn;
  let routes: readonly Route[];

  beforeAll(async () => {
    const environment = { ...onThrowawayDatabase(), ADMIN_API: 'on' };
    program = Program.run(environment);
    address = await program.ready();
    admin = await signUpAndLogIn(`${address}/api`, 'admin');
    customer = await signUpAndLogIn(`${address}/api`, 'customer');
    const words = ['roles', 'grant', admin.id, 'admin', '--reason', 'The first admin'];
    await runOrgAdmin(environment, ...words);
    routes = await readRoutes();
  });
  afterAll(async () => {
    await program.stop();
  });

  /** Every route that takes JSON. */
  async function readRoutes(): Promise<readonly Route[]> {
    const { body } = await get(`${address}/api/openapi.json`);
    const paths = body['paths'] as Record<string, Record<string, Operation>>;
    return Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([, { requestBody }]) => 'application/json' in (requestBody?.content ?? {}))
        .map(([method]) => ({ method: method.toUpperCase(), path })),
    );
  }

  function readFiles(kind: keyof typeof COUNTS): readonly File[] {
    return corpus
      .list(FOLDER)
      .filter((name) => name.startsWith(`${kind}_`))
      .map((name) => ({ name, content: corpus.read(`${FOLDER}/${name}`) }));
  }

  /** Sends every file to every route; returns the answers that are not as they must be. */
  async function findWrong(
    files: readonly File[],
    isRight: (status: number, code: unknown, file: File) => boolean,
  ): Promise<readonly string[]> {
    const requests = routes.flatMap((route) => files.map((file) => ({ route, file })));
    const answers = await inParallel(requests, async ({ route: { method, path }, file }) => {
      const account = path.startsWith('/api/admin/') ? customer : admin;
      const url = path.replace('{account_id}', account.id).replaceAll(/\{\w+\}/g, NOTHING);
      const { status, body } = await send(method, address + url, {
        token: admin.token,
        body: file.content,
        // As a page of the API's own: log-in by cookie asks for it.
        headers: { origin: address },
      });
      const answer = `${method} ${path}, ${file.name}: ${status} ${JSON.stringify(body)}`;
      return isRight(status, body['code'], file) ? [] : [answer];
    });
    // Otherwise they were refused for another reason.
    expect(await get(`${address}/api/admin/me`, admin.token)).toMatchObject({ status: 200 });
    return answers.flat();
  }

  it('is sent to every route that takes JSON, those of operators included', () => {
    expect(routes.length).toBeGreaterThanOrEqual(47);
    expect(routes.filter(({ path }) => path.startsWith('/api/admin/'))).not.toEqual([]);
  });

  it.each(Object.entries(COUNTS))('has %s: %i files', (kind, count) => {
    expect(readFiles(kind as keyof typeof COUNTS)).toHaveLength(count);
  });

  it('is refused where it must be: 400, or 413 over the body limit', async () => {
    const wrong = await findWrong(readFiles('n'), (status, code, { content }) => {
      const expected = content.length > BODY_LIMIT ? 413 : 400;
      return status === expected && code === `REQUEST_ERR_${expected}`;
    });

    expect(wrong).toEqual([]);
  });

  it('is never refused for its syntax where it must be taken', async () => {
    const wrong = await findWrong(
      readFiles('y'),
      (status, code) => status < 500 && code !== 'REQUEST_ERR_400',
    );

    expect(wrong).toEqual([]);
  });

  it('is taken or refused, and breaks nothing, where it may be either', async () => {
    const wrong = await findWrong(readFiles('i'), (status) => status < 500);

    expect(wrong).toEqual([]);
  });
});
