import type { RunningServer, ServerRequest } from '../servers/running-server.ts';
import { PASSWORD, usernameOf } from './people.ts';

/** An account, and what its owner proves it with. */
export interface Owner {
  readonly accountId: string;
  readonly refreshToken: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** How many log in at the same time: enough to use every core, too few to be turned away. */
const LOGINS_AT_ONCE = 8;

export function requestOwnAccount({ accountId, headers }: Owner): ServerRequest {
  return { path: `/api/accounts/${accountId}`, headers };
}

export function requestLogin(person: number): ServerRequest {
  const body = { username: usernameOf(person), password: PASSWORD };
  return { method: 'POST', path: '/api/access-tokens', body };
}

export async function logIn(server: RunningServer, person: number): Promise<Owner> {
  const answer = await server.request(requestLogin(person), 201);
  const body = answer as { account_id: string; token: string; refresh_token: string };
  const headers = { authorization: `Bearer ${body.token}` };
  return { accountId: body.account_id, refreshToken: body.refresh_token, headers };
}

/** @param people numbers of those who log in */
export async function logInEach(
  server: RunningServer,
  people: readonly number[],
): Promise<Owner[]> {
  const owners: Owner[] = [];
  for (let begin = 0; begin < people.length; begin += LOGINS_AT_ONCE) {
    const batch = people.slice(begin, begin + LOGINS_AT_ONCE);
    owners.push(...(await Promise.all(batch.map((person) => logIn(server, person)))));
  }
  return owners;
}
