import { strictEqual } from 'node:assert/strict';

const ada = {
  first_name: 'Ada',
  last_name: 'Lovelace',
  username: 'ada',
  password: 'analytical engine',
};

/** Signs up and looks up by HTTP, as a client of an app that mounts `@org/account/rest-api`. */
export async function exerciseAccounts(address: string): Promise<void> {
  const signUp = await fetch(`${address}/accounts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ada),
  });
  strictEqual(signUp.status, 201, await signUp.clone().text());
  const { id } = (await signUp.json()) as { id: string };

  const own = await fetch(`${address}/accounts/${id}`, { headers: { 'x-user': id } });
  strictEqual(own.status, 200);
  strictEqual(((await own.json()) as { username: string }).username, 'ada');

  const foreign = await fetch(`${address}/accounts/${id}`, { headers: { 'x-user': 'somebody' } });
  strictEqual(foreign.status, 403);

  strictEqual((await fetch(`${address}/hello`)).status, 200);
}
