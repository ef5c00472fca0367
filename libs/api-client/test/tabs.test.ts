import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { createApiClient, webStorage, type ApiClient, type ApiTokens } from '@org/api-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { FakeBrowser, fakeChannels, FakeLocks, FakeStorage, heldLocks } from './fake-browser.ts';
import { FakeServer } from './fake-server.ts';

const baseUrl = 'http://api.test';
const REFRESH = 'POST /api/access-tokens';
let server: FakeServer;
let storage: FakeStorage;
let browser: FakeBrowser;
/** What each tab was told, with the account or `undefined`. */
let told: [tab: string, account: string | undefined, change: object][];

beforeEach(() => {
  server = new FakeServer();
  storage = new FakeStorage();
  told = [];
});
afterEach(() => {
  vi.unstubAllGlobals();
});

function accountOf(tokens: ApiTokens | undefined): string | undefined {
  const payload = tokens?.token.split('.')[1];
  return payload === undefined ? undefined : (JSON.parse(atob(payload)) as { sub: string }).sub;
}

function openTab(name = 'tab', isShared = true): ApiClient {
  return createApiClient({
    baseUrl,
    fetch: server.fetch,
    ...(isShared ? { storage: webStorage(() => storage) } : {}),
    onTokensChanged: (tokens, change) => told.push([name, accountOf(tokens), change]),
  });
}

/** The status that reading an account gives. */
async function read(tab: ApiClient, account = 'ada'): Promise<number> {
  const params = { path: { account_id: account } };
  return (await tab.GET('/api/accounts/{account_id}', { params })).response.status;
}

const inOtherTab = { isFromOtherTab: true, isOtherAccount: false };

const browsers: [string, () => void][] = [
  [
    'with locks and channels',
    () => (browser = new FakeBrowser({ locks: new FakeLocks(), channel: fakeChannels().Channel })),
  ],
  ['without locks', () => (browser = new FakeBrowser({ channel: fakeChannels().Channel }))],
  ['without channels', () => (browser = new FakeBrowser({ locks: new FakeLocks() }))],
  ['with neither', () => (browser = new FakeBrowser({}))],
  [
    'with a lock that a suspended tab holds',
    () => (browser = new FakeBrowser({ locks: heldLocks })),
  ],
];

describe.each(browsers)('two tabs of a browser %s', (_, open) => {
  let first: ApiClient;
  let second: ApiClient;

  beforeEach(() => {
    open();
    first = openTab('first');
    second = openTab('second');
    first.setTokens(server.logIn('ada'));
    second.tokens();
    told = [];
  });

  it('share one session however often each refreshes', async () => {
    for (const tab of [first, first, first, second, first, second, second, second, first]) {
      server.expire();
      expect(await read(tab)).toBe(200);
    }

    expect(server.presented).toHaveLength(9);
    expect(server.warnings).toBe(0);
  });

  it('may refresh at once', async () => {
    for (let life = 0; life < 3; life++) {
      server.expire();
      const tabs = [first, second, first, second];
      expect(await Promise.all(tabs.map((tab) => read(tab)))).toEqual([200, 200, 200, 200]);
    }

    expect(first.tokens()).toEqual(second.tokens());
    expect(server.warnings).toBe(0);
  });

  it('read what is stored when they wake after hours', async () => {
    const held = server.hold('GET /api/accounts/ada', 'answered');
    server.expire();
    const asleep = read(second);
    await held.reached;
    for (let life = 0; life < 4; life++) {
      expect(await read(first)).toBe(200);
      server.expire();
    }

    held.release();

    // The stored token is expired too, so that it takes two refusals.
    expect(await asleep).toBe(200);
    expect(server.warnings).toBe(0);
  });

  it('drop tokens that arrive when newer ones are stored', async () => {
    server.expire();
    const held = server.hold(REFRESH, 'answered');
    const late = read(first);
    await held.reached;
    // What another tab stored, that gave up waiting for the lock.
    const other = createApiClient({ baseUrl, fetch: server.fetch, tokens: first.tokens()! });
    await read(other);
    storage.setItem('api-tokens', JSON.stringify(other.tokens()));

    held.release();

    expect(await late).toBe(200);
    expect(second.tokens()).toEqual(other.tokens());
  });

  it('stay signed out when a refresh is answered late', async () => {
    const tokens = first.tokens()!;
    server.expire();
    const held = server.hold(REFRESH, 'answered');
    const late = read(second);
    await held.reached;

    const signingOut = first.signOut();
    held.release();

    expect(await signingOut).toBe(true);
    expect(await late).toBe(401);
    expect(storage.texts.size).toBe(0);
    expect(first.tokens()).toBeUndefined();
    expect(second.tokens()).toBeUndefined();
    expect(server.isAlive(tokens)).toBe(false);
    expect(server.warnings).toBe(0);
  });

  it('hear that the other signed out', async () => {
    expect(await first.signOut()).toBe(true);
    browser.send('storage');

    expect(told.toSorted()).toEqual([
      ['first', undefined, { isFromOtherTab: false, isOtherAccount: false }],
      ['second', undefined, inOtherTab],
    ]);
    expect(await read(second)).toBe(401);
    expect(server.presented).toEqual([]);
  });

  it('forget tokens of a session that was signed out, whoever stores them', async () => {
    const text = storage.getItem('api-tokens')!;
    await first.signOut();
    storage.setItem('api-tokens', text);

    browser.send('storage');

    expect(storage.texts.size).toBe(0);
    expect(first.tokens()).toBeUndefined();
  });

  it('send nothing again with tokens of another account', async () => {
    server.expire();
    const held = server.hold('GET /api/accounts/ada', 'answered');
    const refused = read(first);
    await held.reached;
    second.setTokens(server.logIn('grace'));
    browser.send('storage');
    held.release();

    expect(await refused).toBe(401);
    expect(server.requests).toEqual(['GET /api/accounts/ada session-0']);
    expect(server.presented).toEqual([]);
    expect(told.filter(([tab]) => tab === 'first')).toEqual([
      ['first', 'grace', { isFromOtherTab: true, isOtherAccount: true }],
    ]);
    expect(accountOf(first.tokens())).toBe('grace');
  });

  it('nor of another session of the same account', async () => {
    server.expire();
    const held = server.hold(REFRESH, 'answered');
    const refused = read(first);
    await held.reached;
    await second.signOut();
    second.setTokens(server.logIn('ada'));
    held.release();

    expect(await refused).toBe(401);
    expect(server.requests.filter((request) => request.startsWith('GET'))).toEqual([
      'GET /api/accounts/ada session-0',
    ]);
    expect(await read(first)).toBe(200);
    expect(server.requests.at(-1)).toBe('GET /api/accounts/ada session-1');
  });

  it('are signed out when the user clears the storage, for good', async () => {
    server.expire();
    const held = server.hold(REFRESH, 'answered');
    const late = read(second);
    await held.reached;
    storage.texts.clear();
    browser.send('storage');
    held.release();

    expect(await late).toBe(401);
    expect(storage.texts.size).toBe(0);
    expect(told).toEqual([
      ['first', undefined, inOtherTab],
      ['second', undefined, inOtherTab],
    ]);
  });
});

describe('a page that the browser took out of its history', () => {
  it('hears what happened meanwhile', async () => {
    browser = new FakeBrowser({});
    const first = openTab('first');
    first.setTokens(server.logIn('ada'));
    openTab('second');
    await first.signOut();
    told = [];

    browser.send('pageshow');

    expect(told).toEqual([['second', undefined, inOtherTab]]);
  });
});

describe('the lock and the channel', () => {
  it('have all tabs share one refresh', async () => {
    const locks = new FakeLocks();
    browser = new FakeBrowser({ locks });
    const tabs = [openTab(), openTab(), openTab()];
    tabs[0]!.setTokens(server.logIn('ada'));
    server.expire();

    expect(await Promise.all(tabs.map((tab) => read(tab)))).toEqual([200, 200, 200]);
    expect(locks.names).toHaveLength(3);
    expect(server.presented).toHaveLength(1);
  });

  it('are used by nobody outside of a browser', async () => {
    const channels = fakeChannels();
    const locks = new FakeLocks();
    vi.stubGlobal('navigator', { locks });
    vi.stubGlobal('BroadcastChannel', channels.Channel);
    const client = openTab();
    client.setTokens(server.logIn('ada'));
    server.expire();

    expect(await read(client)).toBe(200);
    expect(channels.messages).toEqual([]);
    expect(locks.names).toEqual([]);
  });

  it('keep no process alive', async () => {
    const script = `
      globalThis.document = {};
      const { createApiClient, webStorage } = await import('@org/api-client');
      const texts = new Map();
      const area = { getItem: (key) => texts.get(key) ?? null, setItem: (key, text) => texts.set(key, text) };
      const fetch = async () => Response.json({ code: 'ACCESS_TOKEN_ERR_02' }, { status: 401 });
      const tokens = { token: 'a.b.c', refreshToken: 'd' };
      const storage = webStorage(() => area);
      const api = createApiClient({ baseUrl: 'http://api.test', fetch, tokens, storage });
      await api.GET('/health/live');
      createApiClient({ baseUrl: 'http://api.test', session: 'cookie' });
      console.log(api.tokens());
    `;
    const options = ['--conditions=@org/source', '--input-type=module', '--eval', script];

    // It ends by itself.
    const { stdout } = await promisify(execFile)(process.execPath, options, {
      cwd: import.meta.dirname,
    });

    expect(stdout).toBe('undefined\n');
  });

  it('carry no token', async () => {
    const channels = fakeChannels();
    const locks = new FakeLocks();
    browser = new FakeBrowser({ locks, channel: channels.Channel });
    const tab = openTab();
    tab.setTokens(server.logIn('ada'));
    server.expire();
    await read(tab);
    await tab.signOut();

    expect(locks.names).toEqual(['api-client http://api.test api-tokens']);
    expect(channels.messages).toEqual([
      {},
      {},
      { signedOut: { accountId: 'ada', sessionId: 'session-0' } },
    ]);
  });

  it('may be forbidden', async () => {
    const refuse = vi.fn(function refuse() {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    });
    browser = new FakeBrowser({ locks: { request: refuse }, channel: refuse });
    const tab = openTab();
    tab.setTokens(server.logIn('ada'));
    server.expire();

    expect(await read(tab)).toBe(200);
    expect(refuse).toHaveBeenCalledTimes(2);
  });

  it('ignore messages of another version', () => {
    const channels = fakeChannels();
    browser = new FakeBrowser({ channel: channels.Channel });
    const tab = openTab();
    tab.setTokens(server.logIn('ada'));
    const other = new channels.Channel('api-client http://api.test api-tokens');

    for (const message of [null, 'signed out', 7, { type: 'new' }, { signedOut: null }]) {
      other.postMessage(message);
    }

    expect(accountOf(tab.tokens())).toBe('ada');
  });
});

describe('tabs that keep tokens in memory', () => {
  beforeEach(() => {
    const channel = fakeChannels().Channel;
    browser = new FakeBrowser({ locks: new FakeLocks(), channel });
  });

  it('have a session each', async () => {
    const tabs = [openTab('first', false), openTab('second', false)];
    tabs.forEach((tab) => tab.setTokens(server.logIn('ada')));

    for (let life = 0; life < 3; life++) {
      server.expire();
      expect(await Promise.all(tabs.map((tab) => read(tab)))).toEqual([200, 200]);
    }
    expect(server.warnings).toBe(0);
  });

  it('are signed out together, each of its session, if they are of one account', async () => {
    const tabs = ['first', 'second', 'third'].map((name) => openTab(name, false));
    tabs.forEach((tab, index) => tab.setTokens(server.logIn(index === 2 ? 'grace' : 'ada')));
    const [first, second, third] = tabs.map((tab) => tab.tokens()!);
    const held = server.hold('DELETE /api/access-tokens/current', 'answered');
    told = [];

    const signingOut = tabs[0]!.signOut();
    await held.reached;
    held.release();

    expect(await signingOut).toBe(true);
    expect(tabs.map((tab) => accountOf(tab.tokens()))).toEqual([undefined, undefined, 'grace']);
    expect([first, second, third].map((tokens) => server.isAlive(tokens!))).toEqual([
      false,
      false,
      true,
    ]);
  });
});

describe('the fault that storage for all tabs mends', () => {
  /** Tab 1 refreshes twice, then tab 2 calls. */
  async function refreshTwiceThenCall(first: ApiClient, second: ApiClient): Promise<number> {
    for (const tab of [first, first]) {
      server.expire();
      await read(tab);
    }
    return read(second);
  }

  it('is there when two tabs have a copy each of the same tokens', async () => {
    const tokens = server.logIn('ada');
    const tabs = [openTab('first', false), openTab('second', false)] as const;
    tabs.forEach((tab) => tab.setTokens(tokens));

    expect(await refreshTwiceThenCall(...tabs)).toBe(401);
    expect(server.warnings).toBe(1);
  });

  it('is not there when they share a storage', async () => {
    browser = new FakeBrowser({});
    const tabs = [openTab('first'), openTab('second')] as const;
    tabs[0].setTokens(server.logIn('ada'));

    expect(await refreshTwiceThenCall(...tabs)).toBe(200);
    expect(server.warnings).toBe(0);
  });
});
