import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';

import { fetchJson } from '@org/harness';

const ada = {
  first_name: 'Ada',
  last_name: 'Lovelace',
  username: 'ada',
  password: 'analytical engine',
};

/** Signs up and looks up by HTTP, as a client of an app that mounts `@org/account/rest-api`. */
export async function exerciseAccounts(address: string): Promise<void> {
  const signUp = await fetchJson('POST', `${address}/accounts`, { body: ada });
  strictEqual(signUp.status, 201, JSON.stringify(signUp.body));
  const id = String(signUp.body['id']);
  const readAs = (user: string) =>
    fetchJson('GET', `${address}/accounts/${id}`, { headers: { 'x-user': user } });
  const own = await readAs(id);
  strictEqual(own.status, 200);
  strictEqual(own.body['username'], 'ada');
  strictEqual((await readAs('somebody')).status, 403);
  strictEqual((await fetchJson('GET', `${address}/hello`)).status, 200);
}

/** Signs up, logs in, and calls the protected route of an app that is built on `@org/backend`. */
export async function exerciseBackend(address: string): Promise<void> {
  const signUp = await fetchJson('POST', `${address}/api/accounts`, { body: ada });
  strictEqual(signUp.status, 201, JSON.stringify(signUp.body));
  const login = await fetchJson('POST', `${address}/api/access-tokens`, { body: ada });
  strictEqual(login.status, 201, JSON.stringify(login.body));
  const token = String(login.body['token']);

  const note = { text: 'Plain JSON, read by the framework.' };
  const written = await fetchJson('POST', `${address}/notes`, { body: note, token });
  ok(written.status === 200 || written.status === 201, JSON.stringify(written.body));
  deepStrictEqual(written.body, { author: signUp.body['id'], note });
  strictEqual((await fetchJson('POST', `${address}/notes`, { body: note })).status, 401);

  const ours = await fetchJson('GET', `${address}/api/nowhere`);
  deepStrictEqual([ours.status, ours.body['code']], [404, 'REQUEST_ERR_404']);
  const theirs = await fetchJson('GET', `${address}/nowhere`);
  deepStrictEqual([theirs.status, theirs.body['code']], [404, undefined]);
}
