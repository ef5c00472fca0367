import { isAnswer, isSuccess, readCode, readResetToken } from '@org/harness';
import type { Outcome, Stage } from '@org/harness';

import {
  makeCredentials,
  PASSWORD,
  readId,
  readTokens,
  type ApiClient,
  type Bearer,
} from '../load/api-client.ts';
import { WrittenValue, type Ledger } from '../load/ledger.ts';
import { note } from '../load/writer.ts';
import { createTask, createUnderKey } from './created-tasks.ts';
import type { HistoryRecorder } from './history.ts';

/** Two programs that share a database, and what is taken down of them. */
export interface Scene {
  readonly clients: readonly [ApiClient, ApiClient];
  readonly stage: Pick<Stage, 'email'>;
  readonly ledger: Ledger;
  readonly history: HistoryRecorder;
}

/** The kinds of what may succeed once; each begins the name of its gates. */
export const GATES = ['name', 'reset token', 'e-mail code', 'refresh token'] as const;
type Gate = `${(typeof GATES)[number]} ${string}`;

/** The outcome of each request, after what it acknowledged is taken down. */
type Requests<Result = void> = AsyncGenerator<Outcome, Result, undefined>;

/** For a load: makes the next of requests that never end. */
export function nextOf(requests: Requests<never>): () => Promise<Outcome> {
  return async () => (await requests.next()).value;
}

/** For a load: creates a task, by turns through both programs. */
export function nextProbe({ clients, history }: Scene, bearer: Bearer): () => Promise<Outcome> {
  let probes = 0;
  return async () => {
    probes += 1;
    const client = clients[probes % 2 === 0 ? 0 : 1];
    return createTask({ client, history }, bearer, nameOf(probes));
  };
}

/** Writes something, and reads it by turns through the same and through the other program. */
export async function* readAfterWrites(scene: Scene): Requests<never> {
  const { clients, ledger, history } = scene;
  const { bearer, firstName } = yield* begin(scene);
  for (let version = 1; ; version += 1) {
    const writer = clients[version % 2 === 0 ? 0 : 1];
    const reader = clients[version % 4 < 2 ? 0 : 1];
    const name = nameOf(version);
    const written = note(firstName, name, await writer.updateProfile(bearer, name));
    const profile = `profile ${bearer.accountId}`;
    yield* takeDownWrite(scene, profile, version, written);
    yield takeDownRead(history, profile, await reader.readAccount(bearer), readFirstName);

    const created = await createTask({ client: writer, history }, bearer, name);
    const tasks = `newest task ${bearer.accountId}`;
    yield* takeDownWrite(scene, tasks, version, created);
    const newest = await reader.asOwner(bearer, { path: '/tasks?size=1' });
    yield takeDownRead(history, tasks, newest, readNewestTitle);
    ledger.acknowledged += [written, created].filter(isSuccess).length;
  }
}

/** Uses what may succeed once at both programs at a time, twice. */
export async function* useTwice(scene: Scene): Requests<never> {
  const { clients, ledger, stage } = scene;
  const [first] = clients;
  const { bearer } = yield* begin(scene);
  for (;;) {
    yield* createUnderKey(scene, bearer);
    const { username } = makeCredentials();
    const signUp = (client: ApiClient) => client.signUp({ username, password: PASSWORD });
    const ids = yield* use(scene, `name ${username}`, signUp, (answer) => {
      ledger.addAccount({ id: readId(answer) });
      return readId(answer);
    });
    const requested = await first.requestPasswordReset(username);
    yield requested;
    const [accountId] = ids;
    if (accountId !== undefined && isSuccess(requested)) {
      const token = await soon(readResetToken(stage.email, username));
      if (token === undefined) {
        continue;
      }
      let uses = 0;
      const reset = (client: ApiClient) =>
        client.resetPassword(accountId, token, `${PASSWORD}-${(uses += 1)}`);
      yield* use(scene, `reset token ${token}`, reset, ({ sentAt }) => String(sentAt));
    }
    yield* useEmailCode(scene);
  }
}

async function* useEmailCode(scene: Scene): Requests {
  const { clients, ledger, stage } = scene;
  const { username: email } = makeCredentials();
  const requested = await clients[0].requestEmailCode(email);
  yield requested;
  if (!isSuccess(requested)) {
    return;
  }
  const code = await soon(readCode(stage.email, email));
  if (code === undefined) {
    return;
  }
  const logIn = (client: ApiClient) => client.logInByEmail(email, code);
  const [refreshToken] = yield* use(scene, `e-mail code ${email}`, logIn, (answer) => {
    const { accountId, session, refreshToken: token } = readTokens(answer);
    ledger.addAccount({ id: accountId });
    ledger.addSession(session);
    return token;
  });
  if (refreshToken !== undefined) {
    const refresh = (client: ApiClient) => client.refresh(refreshToken);
    const successor = ({ body }: { readonly body: unknown }) =>
      (body as { refresh_token: string }).refresh_token;
    yield* use(scene, `refresh token ${refreshToken}`, refresh, successor);
  }
}

/** Undefined for what does not come within a minute: one fault after the other may keep it that long. */
function soon(secret: Promise<string>): Promise<string | undefined> {
  return secret.catch(() => undefined);
}

/** @returns what was gained; more than one thing is a violation */
async function* use(
  { clients, history }: Scene,
  gate: Gate,
  request: (client: ApiClient) => Promise<Outcome>,
  read: (answer: Extract<Outcome, { kind: 'answer' }>) => string,
): Requests<readonly string[]> {
  const gained: string[] = [];
  for (const round of [clients, clients]) {
    for (const outcome of await Promise.all(round.map(request))) {
      if (isSuccess(outcome)) {
        gained.push(read(outcome));
      }
      yield outcome;
    }
  }
  history.uses.push(...gained.map((each) => ({ gate, gained: each })));
  return gained;
}

/** Signs up and logs in, until both succeed. */
async function* begin({ clients: [client], ledger }: Scene) {
  for (;;) {
    const credentials = makeCredentials();
    const signedUp = await client.signUp(credentials, nameOf(0));
    yield signedUp;
    if (!isSuccess(signedUp)) {
      continue;
    }
    const firstName = new WrittenValue(nameOf(0));
    ledger.addAccount({ id: readId(signedUp), firstName });
    const loggedIn = await client.logIn(credentials);
    yield loggedIn;
    if (isSuccess(loggedIn)) {
      const tokens = readTokens(loggedIn);
      ledger.addSession(tokens.session);
      return { bearer: tokens as Bearer, firstName };
    }
  }
}

async function* takeDownWrite(
  { history }: Scene,
  register: string,
  version: number,
  outcome: Outcome,
): Requests {
  const isInDoubt = !isAnswer(outcome) || outcome.status >= 500;
  const isAcknowledged = isSuccess(outcome);
  if (isAcknowledged || isInDoubt) {
    history.writes.push({ register, version, isAcknowledged, ...timesOf(outcome) });
  }
  yield outcome;
}

function takeDownRead(
  history: HistoryRecorder,
  register: string,
  outcome: Outcome,
  read: (body: unknown) => string,
): Outcome {
  if (isSuccess(outcome)) {
    const version = Number(/\d+/u.exec(read(outcome.body))?.[0]);
    history.reads.push({ register, version, ...timesOf(outcome) });
  }
  return outcome;
}

function timesOf({ sentAt, milliseconds }: Outcome) {
  return { sentAt, endedAt: sentAt + milliseconds };
}

function nameOf(version: number): string {
  return `Name ${version}`;
}

function readFirstName(body: unknown): string {
  return (body as { first_name: string }).first_name;
}

function readNewestTitle(body: unknown): string {
  const { items } = body as { items: readonly { title: string }[] };
  return items[0]?.title ?? nameOf(0);
}
