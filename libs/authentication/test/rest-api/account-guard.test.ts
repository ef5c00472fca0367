import { createAccountGuard } from '@org/authentication/rest-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { accountId, actionsIn, otherAccountId } from '../services.ts';
import { startServer, type TestServer } from './server.ts';

let server: TestServer;
let address: string;

beforeAll(async () => {
  server = await startServer();
  ({ address } = server);
});
afterAll(async () => {
  await server.close();
});

async function createToken(): Promise<string> {
  return (await server.logIn()).token;
}

describe(createAccountGuard, () => {
  it('lets the owner pass, and makes the account the actor', async () => {
    const response = await fetch(`${address}/accounts/${accountId}`, {
      headers: { authorization: `Bearer ${await createToken()}` },
    });

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ actor: { type: 'account', id: accountId } });
  });

  it.each([
    ['anyone', 'nobody', 200, 'anonymous'],
    ['anyone', 'owner', 200, 'anonymous'],
    ['anyone', 'other', 200, 'anonymous'],
    ['account', 'nobody', 401, undefined],
    ['account', 'owner', 200, 'account'],
    ['account', 'other', 200, 'account'],
    ['owner', 'nobody', 401, undefined],
    ['owner', 'owner', 200, 'account'],
    ['owner', 'other', 401, undefined],
  ])('answers a route for %s to %s with %i', async (access, sender, status, actorType) => {
    const idInPath = sender === 'other' ? otherAccountId : accountId;
    const headers: Record<string, string> =
      sender === 'nobody' ? {} : { authorization: `Bearer ${await createToken()}` };

    const response = await fetch(`${address}/accounts/${idInPath}/${access}`, { headers });

    const id = actorType === 'account' ? accountId : null;
    const actor = actorType === undefined ? undefined : { type: actorType, id };
    expect(response.status).toBe(status);
    expect(((await response.json()) as { actor?: unknown }).actor).toEqual(actor);
  });

  it('lets any account pass at a path that names none, but no owner', async () => {
    const headers = { authorization: `Bearer ${await createToken()}` };

    const account = await fetch(`${address}/account`, { headers });
    const hooked = await fetch(`${address}/any-account`, { headers });
    const owner = await fetch(`${address}/no-account`, { method: 'POST', headers });

    expect(await account.json()).toEqual({ actor: { type: 'account', id: accountId } });
    expect(await hooked.json()).toEqual({ actor: { type: 'account', id: accountId } });
    expect(await owner.json()).toMatchObject({ code: 'ACCESS_TOKEN_ERR_01' });
  });

  it.each([
    ['no header', undefined, 'ACCESS_TOKEN_ERR_03', 'Bearer'],
    ['an empty header', '', 'ACCESS_TOKEN_ERR_03', 'Bearer'],
    ['no scheme', 'TOKEN', 'ACCESS_TOKEN_ERR_04', 'Bearer error="invalid_token"'],
    ['another scheme', 'Basic TOKEN', 'ACCESS_TOKEN_ERR_04', 'Bearer error="invalid_token"'],
    ['a scheme in small letters', 'bearer TOKEN', 'ACCESS_TOKEN_ERR_04', undefined],
    ['two blanks', 'Bearer  TOKEN', 'ACCESS_TOKEN_ERR_04', undefined],
    ['a third word', 'Bearer TOKEN more', 'ACCESS_TOKEN_ERR_04', undefined],
    ['the scheme alone', 'Bearer', 'ACCESS_TOKEN_ERR_04', undefined],
    ['no token of ours', 'Bearer nonsense', 'ACCESS_TOKEN_ERR_05', 'Bearer error="invalid_token"'],
  ])('refuses %s', async (_what, authorization, code, challenge) => {
    const headers: Record<string, string> = {};
    if (authorization !== undefined) {
      headers['authorization'] = authorization.replace('TOKEN', await createToken());
    }

    const response = await fetch(`${address}/accounts/${accountId}`, { headers });

    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code });
    expect(response.headers.get('www-authenticate')).toBe(
      challenge ?? 'Bearer error="invalid_token"',
    );
  });

  it('records a denial, and for whose account it was', async () => {
    const token = await createToken();
    const { audit } = server.services;
    audit.events.length = 0;
    const get = (id: string, authorization: string) =>
      fetch(`${address}/accounts/${id}`, { headers: { authorization } });

    await get(otherAccountId, `Bearer ${token}`);
    await get('x'.repeat(5_000), 'Bearer nonsense');
    await get(accountId, `Bearer ${token}`);

    expect(actionsIn(server.services)).toEqual(['authz_fail denied', 'authz_fail denied']);
    expect(audit.events).toMatchObject([
      { resourceId: otherAccountId, context: { actor: { type: 'account', id: accountId } } },
      { resourceId: '', context: { actor: { type: 'anonymous' } } },
    ]);
  });

  it.each([otherAccountId, '000000000000000000000000', 'malformed', 'x'.repeat(5_000), '%24ne'])(
    'gives the same answer for the id %s',
    async (id) => {
      const response = await fetch(`${address}/accounts/${id}`, {
        headers: { authorization: `Bearer ${await createToken()}` },
      });

      expect(response.status).toBe(401);
      expect(await response.json()).toEqual({
        code: 'ACCESS_TOKEN_ERR_01',
        message: 'You are not authorized to access this account.',
      });
    },
  );

  it('checks that the session is alive before whose id is in the path', async () => {
    const token = await createToken();
    await server.services.database
      .collection('sessions')
      .updateMany({}, { $set: { revoked_at: new Date() } });

    const response = await fetch(`${address}/accounts/${otherAccountId}`, {
      headers: { authorization: `Bearer ${token}` },
    });

    expect(await response.json()).toMatchObject({ code: 'ACCESS_TOKEN_ERR_05' });
  });

  it('calls an expired token expired', async () => {
    const token = await createToken();
    server.services.clock.advance(15 * 60_000);

    const response = await fetch(`${address}/accounts/${accountId}`, {
      headers: { authorization: `Bearer ${token}` },
    });

    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({
      code: 'ACCESS_TOKEN_ERR_02',
      message: 'Access token has expired. Please login again.',
    });
  });
});
