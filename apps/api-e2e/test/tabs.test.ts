import { createServer, type Server, type ServerResponse } from 'node:http';

import type { ApiClient, ApiTokens, SessionChange } from '@org/api-client';
import { TestBackend } from '@org/backend/testing';
import { findChromium, inWorkspace, listen, portOf } from '@org/harness';
import { build } from 'esbuild';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';

import { openBrowser } from './browser.ts';
import { get } from './client.ts';

const TOKEN_LIFE = 16 * 60_000;
const LIVES = 10;
const chromium = findChromium();

/** What the page of a tab has. */
interface PageGlobals {
  readonly api: ApiClient;
  readonly told: [hasSession: boolean, change: SessionChange][];
}

const OPTIONS = {
  shared: 'storage: webStorage(() => localStorage)',
  memory: 'storage: memoryStorage()',
  cookie: "session: 'cookie'",
};

function pageWith(options: string): string {
  return `<title>An app</title><script type="module">
    import { createApiClient, memoryStorage, webStorage } from '/client.js';
    const told = [];
    const onChanged = (session, change) => told.push([session !== undefined, change]);
    const baseUrl = location.origin;
    Object.assign(globalThis, {
      told,
      api: createApiClient({
        baseUrl, onTokensChanged: onChanged, onSessionChanged: onChanged, ${options},
      }),
    });
  </script>`;
}

describe.skipIf(chromium === undefined)('tabs of a browser', () => {
  let browser: Browser;
  let client: string;
  let test: TestBackend;
  let app: Server;
  let user: Awaited<ReturnType<TestBackend['signUp']>>;
  let refreshes: { sent: number; running: number; mostAtOnce: number };
  let tabs: Page[];

  beforeAll(async () => {
    const built = await build({
      entryPoints: [inWorkspace('libs/api-client/src/index.ts')],
      bundle: true,
      format: 'esm',
      write: false,
    });
    client = built.outputFiles[0]!.text;
    const settings = { authentication: { allowsInsecureCookies: true } };
    test = await TestBackend.start({ mongodbUri: inject('mongodbUri'), settings });
    app = createServer((request, response) => {
      const { url = '', method } = request;
      if (url.startsWith('/api/')) {
        if (method === 'POST' && url === '/api/access-tokens') {
          countRefresh(response);
        }
        test.backend.handler(request, response);
      } else if (url === '/client.js') {
        response.setHeader('content-type', 'text/javascript').end(client);
      } else {
        const options = OPTIONS[url.slice(1) as keyof typeof OPTIONS];
        response.setHeader('content-type', 'text/html').end(pageWith(options));
      }
    });
    await listen(app);
    browser = await openBrowser(chromium!);
  });
  afterAll(async () => {
    await browser.close();
    app.close();
    await test.close();
  });

  beforeEach(async () => {
    user = await test.signUp();
    refreshes = { sent: 0, running: 0, mostAtOnce: 0 };
    tabs = [];
  });
  afterEach(async () => {
    await Promise.all(tabs.map((tab) => tab.close()));
  });

  function countRefresh(answer: ServerResponse): void {
    refreshes.sent += 1;
    refreshes.running += 1;
    refreshes.mostAtOnce = Math.max(refreshes.mostAtOnce, refreshes.running);
    answer.on('prefinish', () => (refreshes.running -= 1));
  }

  async function openTab(path: string, { hasLocks = true } = {}): Promise<Page> {
    const tab = await browser.newPage();
    tabs.push(tab);
    if (!hasLocks) {
      await tab.evaluateOnNewDocument('Object.defineProperty(navigator, "locks", {})');
    }
    await tab.goto(`http://localhost:${portOf(app)}/${path}`);
    await tab.evaluate('localStorage.clear()');
    return tab;
  }

  async function logIn(tab: Page, { username, password } = user): Promise<void> {
    const { token, refreshToken } = await test.logIn({ username, password });
    await setTokens(tab, { token, refreshToken });
  }

  async function setTokens(tab: Page, tokens: ApiTokens): Promise<void> {
    await tab.evaluate(
      (given) => (globalThis as unknown as PageGlobals).api.setTokens(given),
      tokens,
    );
  }

  /** The statuses of some calls at once. */
  async function call(tab: Page): Promise<number[]> {
    return tab.evaluate(async (id) => {
      const { api } = globalThis as unknown as PageGlobals;
      const params = { path: { account_id: id } };
      const calls = [1, 2, 3].map(() => api.GET('/api/accounts/{account_id}', { params }));
      return (await Promise.all(calls)).map(({ response }) => response.status);
    }, user.account.id);
  }

  async function signOut(tab: Page): Promise<boolean> {
    return tab.evaluate(() => (globalThis as unknown as PageGlobals).api.signOut());
  }

  async function toldOf(tab: Page): Promise<PageGlobals['told']> {
    return tab.evaluate(() => (globalThis as unknown as PageGlobals).told);
  }

  async function countWarnings(): Promise<number> {
    await test.runDueWork();
    return test.messages.emails.filter(
      ({ message, options }) =>
        message.to === user.username && options.topic === 'refresh-token-reused',
    ).length;
  }

  /** Each is idle for three lives of an access token while the other is busy, then both are busy. */
  async function spendTokenLives([first, second]: readonly [Page, Page]): Promise<void> {
    for (let life = 0; life < LIVES; life++) {
      test.clock.advance(TOKEN_LIFE);
      const busy = [[first], [first], [first], [second], [second], [second], [first, second]];
      const answers = await Promise.all(busy[life % busy.length]!.map(call));
      expect(answers.flat()).toEqual(answers.flatMap(() => [200, 200, 200]));
    }
    expect([await call(first), await call(second)]).toEqual([
      [200, 200, 200],
      [200, 200, 200],
    ]);
    expect(await countWarnings()).toBe(0);
  }

  it('with locks live on for ten token lives, and refresh in each, one after the other', async () => {
    const pair = [await openTab('shared'), await openTab('shared')] as const;
    await logIn(pair[0]);

    await spendTokenLives(pair);

    expect(refreshes.mostAtOnce).toBe(1);
    expect(refreshes.sent).toBeGreaterThanOrEqual(LIVES);
    // In one of them both are busy. A browser may show a tab late what the other one has stored; the
    // server gives the second one the same answer.
    expect(refreshes.sent).toBeLessThanOrEqual(LIVES + 1);
  });

  it('without locks live on for ten token lives', async () => {
    const pair = [
      await openTab('shared', { hasLocks: false }),
      await openTab('shared', { hasLocks: false }),
    ] as const;
    expect(await pair[0].evaluate('navigator.locks === undefined')).toBe(true);
    await logIn(pair[0]);

    await spendTokenLives(pair);

    expect(refreshes.sent).toBeGreaterThanOrEqual(LIVES);
  });

  it('with tokens in memory live on for ten token lives, each with its session', async () => {
    const pair = [await openTab('memory'), await openTab('memory')] as const;
    await logIn(pair[0]);
    await logIn(pair[1]);

    await spendTokenLives(pair);
  });

  it('frozen for hours wake with the tokens of now', async () => {
    const [first, second] = [await openTab('shared'), await openTab('shared')];
    await logIn(first);
    await expect.poll(() => call(second)).toEqual([200, 200, 200]);
    const session = await second.createCDPSession();
    await session.send('Page.setWebLifecycleState', { state: 'frozen' });
    for (let life = 0; life < 4; life++) {
      test.clock.advance(TOKEN_LIFE);
      expect(await call(first)).toEqual([200, 200, 200]);
    }

    await session.send('Page.setWebLifecycleState', { state: 'active' });

    expect(await call(second)).toEqual([200, 200, 200]);
    expect(await countWarnings()).toBe(0);
  });

  it('are signed in when loaded again, until one of them signs out', async () => {
    const [first, second] = [await openTab('shared'), await openTab('shared')];
    await logIn(first);
    await expect.poll(() => toldOf(second)).toHaveLength(1);
    await second.reload();
    expect(await call(second)).toEqual([200, 200, 200]);
    test.clock.advance(TOKEN_LIFE);

    expect(await signOut(first)).toBe(true);

    const signedOut = [false, { isFromOtherTab: true, isOtherAccount: false }];
    await expect.poll(() => toldOf(second)).toEqual([signedOut]);
    expect(await call(second)).toEqual([401, 401, 401]);
    expect(await countWarnings()).toBe(0);
    expect(await listSessions(await test.logIn(user))).toHaveLength(1);
  });

  it('with tokens in memory are signed out together', async () => {
    const [first, second] = [await openTab('memory'), await openTab('memory')];
    await logIn(first);
    await logIn(second);

    expect(await signOut(first)).toBe(true);

    await expect.poll(() => call(second)).toEqual([401, 401, 401]);
    const observer = await test.logIn(user);
    await expect.poll(() => listSessions(observer)).toHaveLength(1);
  });

  it('with a cookie live on for ten token lives, store nothing, and are signed out together', async () => {
    const pair = [await openTab('cookie'), await openTab('cookie')] as const;
    const logInWithCookie = async ({ username, password }: typeof user) =>
      pair[0].evaluate(
        async (body) => {
          const { api } = globalThis as unknown as PageGlobals;
          return (await api.POST('/api/sessions', { body })).response.status;
        },
        { username, password },
      );
    expect(await logInWithCookie(user)).toBe(201);

    await spendTokenLives(pair);

    const stored = '[document.cookie, localStorage.length, sessionStorage.length]';
    expect(await pair[0].evaluate(stored)).toEqual(['', 0, 0]);
    expect(await logInWithCookie(await test.signUp())).toBe(201);
    expect(await call(pair[1])).toEqual([401, 401, 401]);
    expect(await signOut(pair[1])).toBe(true);
    expect(await call(pair[0])).toEqual([401, 401, 401]);
    const ofOtherTab = { isFromOtherTab: true, isOtherAccount: false };
    await expect
      .poll(() => toldOf(pair[1]))
      .toEqual([
        [true, ofOtherTab],
        [true, { isFromOtherTab: true, isOtherAccount: true }],
        [false, { isFromOtherTab: false, isOtherAccount: false }],
      ]);
    await expect.poll(async () => (await toldOf(pair[0])).at(-1)).toEqual([false, ofOtherTab]);
  });

  it('notice another account', async () => {
    const [first, second] = [await openTab('shared'), await openTab('shared')];
    await logIn(first);
    await expect.poll(() => toldOf(second)).toHaveLength(1);

    await logIn(first, await test.signUp());

    const switched = [true, { isFromOtherTab: true, isOtherAccount: true }];
    await expect.poll(async () => (await toldOf(second)).slice(1)).toEqual([switched]);
    expect(await call(second)).toEqual([401, 401, 401]);
  });

  it.each([
    ['in memory, where they end the session: the fault', 'memory', 401, 1],
    ['in one storage, where they do not: the mend', 'shared', 200, 0],
  ])('keep the same tokens %s', async (_, path, status, warnings) => {
    const [first, second] = [await openTab(path), await openTab(path)];
    const { token, refreshToken } = await test.logIn(user);
    await setTokens(first, { token, refreshToken });
    await setTokens(second, { token, refreshToken });
    for (let life = 0; life < 2; life++) {
      test.clock.advance(TOKEN_LIFE);
      expect(await call(first)).toEqual([200, 200, 200]);
    }

    expect(await call(second)).toEqual([status, status, status]);
    expect(await countWarnings()).toBe(warnings);
  });

  async function listSessions({ token }: { readonly token: string }): Promise<unknown> {
    const { body } = await get(`${test.address}/api/accounts/${user.account.id}/sessions`, token);
    return body['items'];
  }
});
