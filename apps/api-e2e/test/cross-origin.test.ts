import { createServer, type Server } from 'node:http';

import { findChromium, listen, portOf } from '@org/harness';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openBrowser } from './browser.ts';
import { onThrowawayDatabase, Program } from './program.ts';

const chromium = findChromium();

describe.skipIf(chromium === undefined)('a page in a browser', () => {
  let pages: Server;
  let program: Program;
  let address: string;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    pages = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html').end('<title>An app</title>');
    });
    await listen(pages);
    program = Program.run({
      ...onThrowawayDatabase(),
      CORS_ALLOWED_ORIGINS: originOf('127.0.0.1'),
    });
    address = await program.ready();
    browser = await openBrowser(chromium!);
    page = await browser.newPage();
  });
  afterAll(async () => {
    await browser.close();
    await program.stop();
    pages.close();
  });

  function originOf(host: string): string {
    return `http://${host}:${portOf(pages)}`;
  }

  /** What a script of a page at `host` gets of the API; `undefined` when the browser withholds it. */
  async function ask(host: string, path: string, init: object): Promise<unknown> {
    await page.goto(originOf(host));
    const request = `fetch(${JSON.stringify(address + path)}, ${JSON.stringify(init)})`;
    return page.evaluate(
      `${request}.then(async (r) => [r.status, (await r.json()).code, r.headers.get('allow')], () => undefined)`,
    );
  }

  const json = { 'content-type': 'application/json' };
  const requests: [string, object, unknown][] = [
    ['/nowhere', { headers: { authorization: 'Bearer x' } }, [404, 'REQUEST_ERR_404', null]],
    ['/api/accounts', { method: 'PUT' }, [405, 'REQUEST_ERR_405', 'POST']],
    ['/api/accounts/%', { headers: json }, [400, 'REQUEST_ERR_400', null]],
    [
      '/api/accounts',
      { method: 'POST', headers: json, body: '{"' },
      [400, 'REQUEST_ERR_400', null],
    ],
    [`/api/${'x'.repeat(17_000)}`, {}, [414, 'REQUEST_ERR_414', null]],
    [
      '/api/accounts/1',
      { headers: { authorization: 'Bearer x' } },
      [401, 'ACCESS_TOKEN_ERR_05', null],
    ],
  ];

  it.each(requests)(
    'of an allowed origin reads what is answered, case %#',
    async (path, init, answer) => {
      expect(await ask('127.0.0.1', path, init)).toEqual(answer);
    },
  );

  it.each(requests)('of another origin reads nothing, case %#', async (path, init) => {
    expect(await ask('localhost', path, init)).toBeUndefined();
  });

  it('reads no development page, allowed or not', async () => {
    for (const host of ['127.0.0.1', 'localhost']) {
      expect(await ask(host, '/dev/outbox/messages', {})).toBeUndefined();
    }
  });
});
