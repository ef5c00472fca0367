import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';

import {
  findChromium,
  inWorkspace,
  listen,
  portOf,
  renderMarkdownTable,
  replaceMarked,
  waitUntil,
} from '@org/harness';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openBrowser } from './browser.ts';
import { send, signUpAndLogIn, type LoggedIn } from './client.ts';
import { attacks, type Attack, type Target } from './hostile-attacks.ts';
import { onThrowawayDatabase, Program } from './program.ts';
import { RecordingFront, type Exchange } from './recording-front.ts';

const chromium = findChromium();
const DOCUMENT = inWorkspace('docs/browsers.md');
const TABLE = { begin: '<!-- hostile pages -->', end: '<!-- end of hostile pages -->' };
const HEADING = ['attack', 'cookie, other site', 'cookie, same site', 'tokens', 'refused by'];
/** 127.0.0.1 is another site than `localhost`; another port is another origin of the same site. */
const OTHER_SITE = '127.0.0.1';
const SAME_SITE = 'localhost';
const task = { title: 'Water the plants', description: 'The fern needs little.' };

/** Somebody who has logged in on a page of the API's own origin, in a browser of their own. */
interface Victim {
  readonly page: Page;
  readonly user: LoggedIn;
  /** What the victim's own requests carry. */
  readonly headers: Record<string, string>;
}

describe.skipIf(chromium === undefined)('a hostile page', () => {
  const pages = createPages();
  const allowedPages = createPages();
  const rows: string[][] = [];
  let program: Program;
  let front: RecordingFront;
  let browser: Browser;
  let byCookie: Victim;
  let byToken: Victim;
  let target: Omit<Target, 'accountId'>;

  beforeAll(async () => {
    await Promise.all([listen(pages), listen(allowedPages)]);
    const allowed = { CORS_ALLOWED_ORIGINS: addressOf(allowedPages, SAME_SITE) };
    program = Program.run({ ...onThrowawayDatabase(), ...allowed });
    front = new RecordingFront(await program.ready());
    await front.open();
    browser = await openBrowser(chromium!);
    byCookie = await openVictim('ada', '/api/sessions');
    byToken = await openVictim('grace', '/api/access-tokens');
    const { user: login, token } = await signUpAndLogIn(`${front.address}/api`, 'mallory');
    target = { api: front.address, login, token };
  });
  afterAll(async () => {
    await browser.close();
    [front, pages, allowedPages].forEach((server) => server.close());
    await program.stop();
  });

  async function openVictim(name: string, path: string): Promise<Victim> {
    const user = await signUpAndLogIn(`${front.address}/api`, name);
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    await page.goto(`${front.address}/api/docs/`);
    const { status, body } = await ask(page, 'POST', path, user.user);
    expect(status).toBe(201);
    await page.evaluate(`localStorage.setItem('login', ${JSON.stringify(JSON.stringify(body))})`);
    const cookie = await readCookies(page);
    return {
      ...{ page, user },
      headers: cookie === '' ? { authorization: `Bearer ${body['token']}` } : { cookie },
    };
  }

  /** What a script of the open page gets of the API. */
  async function ask(page: Page, method: string, path: string, body?: object) {
    const json = { 'content-type': 'application/json' };
    const text = body === undefined ? {} : { body: JSON.stringify(body), headers: json };
    const init = JSON.stringify({ method, credentials: 'include', ...text });
    return (await page.evaluate(
      `fetch(${JSON.stringify(front.address + path)}, ${init}).then(async (answer) => {
        const text = await answer.text();
        return { status: answer.status, body: text === '' ? {} : JSON.parse(text) };
      })`,
    )) as { status: number; body: Record<string, string> };
  }

  /** @returns what the API saw and answered */
  async function attack(victim: Victim, host: string, { script, ends }: Attack) {
    const { page, user } = victim;
    await page.goto(addressOf(pages, host));
    front.exchanges.length = 0;
    const code = script({ ...target, accountId: user.id });
    const left = ends === 'by leaving' ? page.waitForNavigation() : undefined;
    const known = await page.evaluate(ends === undefined ? code : `${code};undefined`);
    await left;
    expect(known, 'what the page got to know').toBeUndefined();
    await waitUntil('a request', () => front.exchanges.length > 0);
    const opened = (await page.browserContext().pages()).filter((each) => each !== page);
    await Promise.all(opened.map((each) => each.close()));
    const seen = [...front.exchanges];
    await assertUnharmed(victim, seen);
    return renderExchanges(seen);
  }

  async function assertUnharmed({ page, user, headers }: Victim, seen: readonly Exchange[]) {
    const read = (path: string) => send('GET', front.address + path, { headers });
    const session = await read('/api/sessions/current');
    expect(session.body).toMatchObject({ account_id: user.id });
    const tasks = await read(`/api/accounts/${user.id}/tasks`);
    expect(tasks.body).toMatchObject({ items: [] });
    expect(seen.filter(({ setsCookie }) => setsCookie)).toEqual([]);
    expect(await readCookies(page)).toBe(headers['cookie'] ?? '');
  }

  it.each(attacks)('gains nothing by $name', async (each) => {
    const cells = [
      await attack(byCookie, OTHER_SITE, each),
      await attack(byCookie, SAME_SITE, each),
      await attack(byToken, OTHER_SITE, each),
    ];
    expect(await attack(byToken, SAME_SITE, each)).toBe(cells[2]);
    rows.push([each.name, ...cells, each.refusedBy]);
  });

  it('is refused as docs/browsers.md says; vitest -u writes it', async () => {
    const document = readFileSync(DOCUMENT, 'utf8');
    const written = replaceMarked(document, TABLE, renderMarkdownTable([HEADING, ...rows]));

    await expect(written).toMatchFileSnapshot(DOCUMENT);
  });

  it.each([
    ['its own', () => `${front.address}/api/docs/`],
    ['an allowed', () => addressOf(allowedPages, SAME_SITE)],
  ])('is what fails: a page of %s origin does the same', async (_origin, address) => {
    const { page, user } = byCookie;
    await page.goto(address());

    expect(await page.evaluate('document.cookie')).toBe('');
    const made = await ask(page, 'POST', `/api/accounts/${user.id}/tasks`, task);
    expect(made.status).toBe(201);
    expect(await ask(page, 'GET', '/api/sessions/current')).toMatchObject({ status: 200 });
    expect(await ask(page, 'DELETE', '/api/sessions/current')).toMatchObject({ status: 204 });
    expect(await readCookies(page)).toBe('');
    const login = await ask(page, 'POST', '/api/sessions', user.user);
    expect(login).toMatchObject({ status: 201, body: { account_id: user.id } });
  });
});

/** Pages of an origin of their own, whose server sends forms on to wherever they ask. */
function createPages(): Server {
  return createServer(({ url = '/' }, response) => {
    const to = new URL(url, 'http://localhost').searchParams.get('to');
    if (to === null) {
      response.setHeader('content-type', 'text/html').end('<title>A page</title><body></body>');
    } else {
      response.writeHead(307, { location: to }).end();
    }
  });
}

function addressOf(server: Server, host: string): string {
  return `http://${host}:${portOf(server)}`;
}

async function readCookies(page: Page): Promise<string> {
  const cookies = await page.browserContext().cookies();
  return cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
}

function renderExchanges(exchanges: readonly Exchange[]): string {
  const last = exchanges.findLast(({ method }) => method !== 'OPTIONS');
  if (last === undefined) {
    return 'preflight only';
  }
  const { hasCookie, status, code = '' } = last;
  return `${hasCookie ? 'with cookie' : 'without'}: ${status} ${code}`.trim();
}
