import { ObjectId } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { accountId } from '../services.ts';
import { Browser, type Answer } from './browser.ts';
import { startServer, type TestServer } from './server.ts';

const CURRENT = '/api/sessions/current';
const RECENT = `/accounts/${accountId}/recent`;

let server: TestServer;
let browser: Browser;

beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server.close();
});
beforeEach(async () => {
  browser = new Browser(server.address);
  await server.services.database.collection('sessions').deleteMany({});
});

function logIn(): Promise<Answer> {
  server.services.clock.advance(1);
  return browser.send('POST', '/api/sessions', { body: { username: 'ada', password: 'right' } });
}

/** As another program may have done before there was a validator. */
async function leave(fields: object): Promise<void> {
  const { clock, database } = server.services;
  const unchecked = { bypassDocumentValidation: true };
  await database.collection('sessions').updateMany({}, { $set: fields }, unchecked);
  clock.advance(1000);
}

describe('a session that another program left malformed', () => {
  it.each([
    { authenticated_at: 'yesterday' },
    { authenticated_at: 1 },
    { authenticated_at: [] },
    { authenticated_at: {} },
    { account_id: ObjectId.createFromHexString(accountId) },
    { account_id: null },
    { authenticated_at: null, created_at: 'yesterday' },
  ])('%j is missing and reported, and lets its browser log in anew', async (fields) => {
    await logIn();
    const { database } = server.services;
    await leave(fields);
    const reported = vi.spyOn(database, 'reportMalformedDocument');

    for (const path of [CURRENT, RECENT]) {
      expect(await browser.send('GET', path)).toMatchObject({
        status: 401,
        body: { code: 'ACCESS_TOKEN_ERR_05' },
      });
    }

    expect(reported).toHaveBeenCalled();
    expect(await logIn()).toMatchObject({ status: 201 });
    expect(await browser.send('GET', CURRENT)).toMatchObject({ status: 200 });
  });

  it('that does not say when it was authenticated was so when it began', async () => {
    await logIn();
    await leave({ authenticated_at: null });

    expect(await browser.send('GET', RECENT)).toMatchObject({ status: 200 });
  });
});
