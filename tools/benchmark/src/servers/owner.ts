import { describeShape } from './answer-shape.ts';
import type { HttpRequest } from './http-client.ts';
import type { RunningServer } from './running-server.ts';
import type { Side } from './server-definition.ts';

/** An account, and what its owner proves it with. */
export interface Owner {
  readonly accountId: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** One on each side, each with the same account. */
export type Owners = Readonly<Record<Side, Owner>>;

const CREDENTIALS = { username: 'ada', password: 'analytical-engine-1843' };
const NAMES = { first_name: 'Ada', last_name: 'Lovelace' };

/** The answers of the two sides differ, so that comparing their times says nothing. */
export class DifferentAnswersError extends Error {
  constructor(program: string, limit: string) {
    super(`The program and its limit answer differently.\nprogram: ${program}\nlimit:   ${limit}`);
    this.name = new.target.name;
  }
}

export function requestOwnAccount({ accountId, headers }: Owner): Omit<HttpRequest, 'port'> {
  return { path: `/api/accounts/${accountId}`, headers };
}

/**
 * Signs up and logs in on both sides.
 *
 * @throws DifferentAnswersError unless both answer alike when the account is read
 */
export async function createOwners(servers: Record<Side, RunningServer>): Promise<Owners> {
  const owners = {
    program: await createOwner(servers.program),
    limit: await createOwner(servers.limit),
  };
  const program = await describeOwnAccount(servers.program, owners.program);
  const limit = await describeOwnAccount(servers.limit, owners.limit);
  if (program !== limit) {
    throw new DifferentAnswersError(program, limit);
  }
  return owners;
}

async function createOwner(server: RunningServer): Promise<Owner> {
  const signUp = { ...NAMES, ...CREDENTIALS };
  await server.request({ method: 'POST', path: '/api/accounts', body: signUp }, 201);
  const logIn = { method: 'POST', path: '/api/access-tokens', body: CREDENTIALS } as const;
  const { account_id: accountId, token } = (await server.request(logIn, 201)) as {
    account_id: string;
    token: string;
  };
  return { accountId, headers: { authorization: `Bearer ${token}` } };
}

async function describeOwnAccount(server: RunningServer, owner: Owner): Promise<string> {
  return describeShape(await server.request(requestOwnAccount(owner), 200));
}
