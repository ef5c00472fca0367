import { createApiClient, type CookieApiClient } from '@org/api-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { FakeBrowser, fakeChannels } from './fake-browser.ts';

const ada = { account_id: 'ada', session_id: 'session', expires_at: '2026-01-01T00:00:00Z' };
/** What the next requests get. */
let answers: (Error | Promise<Response> | Response)[];
let sent: Request[];
/** What each tab was told. */
let told: unknown[];

beforeEach(() => {
  answers = [];
  sent = [];
  told = [];
  const setItem = () => {
    throw new Error('Nothing is stored.');
  };
  vi.stubGlobal('localStorage', { setItem });
  new FakeBrowser({ channel: fakeChannels().Channel });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

function openTab(name: string): CookieApiClient {
  return createApiClient({
    baseUrl: 'http://api.test',
    session: 'cookie',
    fetch: async (request) => {
      sent.push(request as Request);
      const answer = answers.shift() ?? Response.json(ada);
      if (answer instanceof Error) {
        throw answer;
      }
      return answer;
    },
    onSessionChanged: (account, change) => told.push([name, account, change]),
  });
}

async function logIn(tab: CookieApiClient, accountId: string): Promise<void> {
  answers.push(Response.json({ ...ada, account_id: accountId }, { status: 201 }));
  await tab.POST('/api/sessions', { body: { username: 'ada', password: 'secret' } });
}

const here = { isFromOtherTab: false, isOtherAccount: false };
const elsewhere = { isFromOtherTab: true, isOtherAccount: false };

describe('a client with a cookie', () => {
  it('sends cookies and no token, and leaves a refusal to the caller', async () => {
    const refusal = { code: 'ACCESS_TOKEN_ERR_05' };
    answers.push(Response.json(refusal, { status: 401 }));
    const params = { path: { account_id: 'ada' } };

    const { error } = await openTab('first').GET('/api/accounts/{account_id}', { params });

    expect(error).toEqual(refusal);
    expect(sent).toHaveLength(1);
    expect(sent[0]!.credentials).toBe('include');
    expect(sent[0]!.headers.has('authorization')).toBe(false);
    expect(told).toEqual([]);
  });

  it('tells the tabs of log-ins, and of another account', async () => {
    const [first, second] = [openTab('first'), openTab('second')];
    await logIn(first, 'ada');
    await logIn(second, 'grace');

    expect(told).toEqual([
      ['second', 'ada', elsewhere],
      ['first', 'ada', here],
      ['first', 'grace', { isFromOtherTab: true, isOtherAccount: true }],
      ['second', 'grace', { isFromOtherTab: false, isOtherAccount: true }],
    ]);
  });

  it('knows the account of the session that it began with', async () => {
    const [first, second] = [openTab('first'), openTab('second')];
    await first.GET('/api/sessions/current');
    await logIn(second, 'grace');

    expect(told).toEqual([
      ['first', 'grace', { isFromOtherTab: true, isOtherAccount: true }],
      ['second', 'grace', here],
    ]);
  });

  it('tells the tabs of another account that an answer shows', async () => {
    const [first, second] = [openTab('first'), openTab('second')];
    await logIn(first, 'ada');
    await first.GET('/api/sessions/current');
    told = [];
    // A page of the server logged in, which no tab hears of.
    answers.push(Response.json({ ...ada, account_id: 'grace' }));
    await first.GET('/api/sessions/current');
    await logIn(second, 'ada');

    expect(told).toEqual([
      ['second', 'grace', { isFromOtherTab: true, isOtherAccount: true }],
      ['first', 'grace', { isFromOtherTab: false, isOtherAccount: true }],
      ['first', 'ada', { isFromOtherTab: true, isOtherAccount: true }],
      ['second', 'ada', { isFromOtherTab: false, isOtherAccount: true }],
    ]);
  });

  it('takes an answer that a log-in has outrun for no other account', async () => {
    const tab = openTab('first');
    await logIn(tab, 'ada');
    let release!: (answer: Response) => void;
    answers.push(new Promise((resolve) => (release = resolve)));
    const late = tab.GET('/api/sessions/current');
    await expect.poll(() => sent.length).toBe(2);
    await logIn(tab, 'grace');
    told = [];

    release(Response.json(ada));
    await late;
    await logIn(tab, 'grace');

    expect(told).toEqual([['first', 'grace', here]]);
  });

  it.each([
    [204, true],
    [401, true],
    [403, false],
    [503, false],
  ])('signs out all tabs if the server answers %i: %s', async (status, hasEnded) => {
    const first = openTab('first');
    openTab('second');
    answers.push(new Response(null, { status }));

    expect(await first.signOut()).toBe(hasEnded);
    expect(`${sent[0]!.method} ${sent[0]!.url}`).toBe(
      'DELETE http://api.test/api/sessions/current',
    );
    expect(told).toEqual(
      hasEnded
        ? [
            ['second', undefined, elsewhere],
            ['first', undefined, here],
          ]
        : [],
    );
  });

  it('does not sign out if the server cannot be reached', async () => {
    const first = openTab('first');
    answers.push(new TypeError('fetch failed'));

    expect(await first.signOut()).toBe(false);
    expect(told).toEqual([]);
  });

  it('hears nothing of tabs that send tokens', () => {
    openTab('first');
    createApiClient({ baseUrl: 'http://api.test' }).setTokens(undefined);

    expect(told).toEqual([]);
  });
});
