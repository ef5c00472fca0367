import {
  isAnswer,
  isSuccess,
  readCode,
  renderOutcome,
  type ByMode,
  type Outcome,
} from '@org/harness';

import { unless } from '../invariants/findings.ts';
import {
  assertSuccess,
  makeCredentials,
  PASSWORD,
  readId,
  signUpAndLogIn,
  type ApiClient,
} from '../load/api-client.ts';
import { everybody, PARALLEL, race, type Arena, type Race } from './arena.ts';

const ROUNDS = { quick: 2, full: 100 };

/** The same address to any mail server. */
const VARIANTS: readonly ((address: string) => string)[] = [
  (address) => address,
  (address) => address.toUpperCase(),
  (address) => address.replace('u', '\uFF55'),
];

export const CONTACT_RACES: Readonly<Record<string, readonly [Race, ByMode]>> = {
  '50 sign-ups by one e-mail address in variants, 50 uses of its code: one account': [
    signUpByEmail,
    ROUNDS,
  ],
  'two accounts prove one address: one has it, the other 409': [proveTwice, ROUNDS],
  'an account changes to an address, a stranger proves it: it is of one account': [
    proveAndChange,
    ROUNDS,
  ],
  'an account changes its address and is deleted: no identity is left': [changeAndDelete, ROUNDS],
};

async function signUpByEmail(arena: Arena): Promise<string | undefined> {
  const email = makeAddress();
  const vary = (index: number) => (VARIANTS[index % VARIANTS.length] ?? String)(email);
  const signUps = await race(arena, everybody, (client, index) =>
    client.signUpByEmail(vary(index), PASSWORD),
  );
  const [client] = arena.clients;
  await arena.context.untilDrained();
  const { email: sink } = arena.context.stage;
  const before = sink.takenBy(email).length;
  assertSuccess('asking for a code', await client.requestEmailCode(email));
  const code = await readCode(sink, email, before + 1);
  const logins = await race(arena, everybody, (each, index) =>
    each.logInByEmail(vary(index), code),
  );
  const stored = await countOwners(arena, email);
  return unless(
    signUps.count(202) === PARALLEL &&
      logins.count(201) === 1 &&
      logins.count(400) === PARALLEL - 1 &&
      stored === 1,
    `${String(signUps)}; ${String(logins)}; ${stored} accounts`,
  );
}

async function proveTwice(arena: Arena): Promise<string | undefined> {
  const email = makeAddress();
  const changes = await prepareChanges(arena, email, 2);
  const tally = await race(arena, changes, (client, change) => change(client));
  const stored = await countOwners(arena, email);
  return unless(
    tally.count(200) === 1 && tally.count(409) === 1 && stored === 1,
    `${String(tally)}, ${stored} accounts`,
  );
}

async function proveAndChange(arena: Arena): Promise<string | undefined> {
  const email = makeAddress();
  const [change = () => Promise.reject(new Error('no change'))] = await prepareChanges(
    arena,
    email,
    1,
  );
  assertSuccess('asking for a code', await arena.clients[0].requestEmailCode(email));
  const code = await readCode(arena.context.stage.email, email, 2);
  const login = (client: ApiClient) => client.logInByEmail(email, code);
  const [changed, loggedIn] = (await race(arena, [change, login], (client, act) => act(client)))
    .outcomes as [Outcome, Outcome];
  const stored = await countOwners(arena, email);
  const isRefused = isAnswer(changed) && changed.status === 409;
  return unless(
    (isSuccess(changed) || isRefused) && isSuccess(loggedIn) && stored === 1,
    `${renderOutcome(changed)}; ${renderOutcome(loggedIn)}; ${stored} accounts`,
  );
}

async function changeAndDelete(arena: Arena): Promise<string | undefined> {
  const email = makeAddress();
  const owner = await signUpAndLogIn(arena.clients[0]);
  const change = await prepareChange(arena, owner, email, 1);
  const remove = (client: ApiClient) => client.deleteAccount(owner);
  const [changed, removed] = (await race(arena, [change, remove], (client, act) => act(client)))
    .outcomes as [Outcome, Outcome];
  const left = await arena.context.database
    .collection('account_identities')
    .countDocuments({ account_id: owner.accountId });
  const isExpected = isAnswer(changed) && [200, 401, 404].includes(changed.status);
  return unless(
    isExpected && isSuccess(removed) && left === 0,
    `${renderOutcome(changed)}; ${renderOutcome(removed)}; ${left} identities`,
  );
}

type Change = (client: ApiClient) => Promise<Outcome>;

async function prepareChanges(arena: Arena, email: string, count: number): Promise<Change[]> {
  const changes: Change[] = [];
  for (let index = 1; index <= count; index += 1) {
    const owner = await signUpAndLogIn(arena.clients[0]);
    changes.push(await prepareChange(arena, owner, email, index));
  }
  return changes;
}

/** @param messages that the address has got once this code is there */
async function prepareChange(
  { clients, context }: Arena,
  owner: Parameters<ApiClient['readAccount']>[0],
  email: string,
  messages: number,
): Promise<Change> {
  const path = '/contact-changes';
  const asked = await clients[0].asOwner(owner, { method: 'POST', path, body: { email } });
  const id = readId(assertSuccess('asking for a change', asked));
  const code = await readCode(context.stage.email, email, messages);
  return (client) =>
    client.asOwner(owner, { method: 'POST', path: `${path}/${id}`, body: { code } });
}

function countOwners({ context }: Arena, email: string): Promise<number> {
  // As whoever proved it typed it.
  const matching = { $in: VARIANTS.map((vary) => vary(email)) };
  return context.database.collection('accounts').countDocuments({ active: true, email: matching });
}

function makeAddress(): string {
  return `contact-${makeCredentials().username}`;
}
