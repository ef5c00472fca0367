import type { Outcome } from '@org/harness';
import { describe, expect, it } from 'vitest';

import { checkHistory } from '../../src/history/check-history.ts';
import { HistoryRecorder } from '../../src/history/history.ts';
import { nextOf, readAfterWrites, useTwice, type Scene } from '../../src/history/witnesses.ts';
import type { ApiClient } from '../../src/load/api-client.ts';
import { Ledger } from '../../src/load/ledger.ts';

const SID = Buffer.from(JSON.stringify({ sid: 'session-1' })).toString('base64url');
const TOKENS = {
  account_id: 'account-1',
  token: `header.${SID}.signature`,
  refresh_token: 'session-1.0.secret',
};
let clock = 0;

function answer(status: number, body: object): Outcome {
  clock += 10;
  return { kind: 'answer', status, headers: {}, body, sentAt: clock, milliseconds: 5 };
}

/** A program that keeps a name and tasks, and lets everything that may succeed once do so. */
class Program {
  firstName = 'Name 0';
  readonly titles: string[] = [];
  readonly used = new Set<string>();
  /** What the next change ends as. */
  readonly endings: ('stored' | 'lost' | 'in doubt')[] = [];
  isForgetful = false;

  get client(): ApiClient {
    const use = (secret: string, body: object) => {
      const isFirst = !this.used.has(secret);
      this.used.add(secret);
      return isFirst || this.isForgetful
        ? answer(201, { ...body, refresh_token: `session-1.1.${clock}`, id: `id-${clock}` })
        : answer(400, {});
    };
    const client: Partial<ApiClient> = {
      signUp: async ({ username }) => use(username, {}),
      logIn: async () => answer(201, TOKENS),
      updateProfile: async (_bearer, name) => this.#change(() => (this.firstName = name)),
      readAccount: async () => answer(200, { first_name: this.firstName }),
      createTask: async (_bearer, title, key) =>
        key === undefined ? this.#change(() => this.titles.push(title)) : answer(201, { id: key }),
      asOwner: async () =>
        answer(200, { items: this.titles.slice(-1).map((last) => ({ title: last })) }),
      requestPasswordReset: async () => answer(201, {}),
      resetPassword: async (_id, token) => use(token, {}),
      requestEmailCode: async () => answer(201, {}),
      logInByEmail: async (email) => use(`code ${email}`, TOKENS),
      refresh: async (token) => use(token, TOKENS),
    };
    return client as ApiClient;
  }

  #change(store: () => unknown): Outcome {
    const ending = this.endings.shift() ?? 'stored';
    if (ending !== 'lost') {
      store();
    }
    return ending === 'in doubt' ? answer(503, {}) : answer(200, { id: `task-${clock}` });
  }
}

function makeScene(program: Program): Scene & { readonly history: HistoryRecorder } {
  const received = async (to: string) => {
    const text = 'Your code is 123456, or reset_password?token=secret';
    return { to, text: `${text}-${to}`, takenAt: 0 };
  };
  const stage = { email: { received } } as unknown as Scene['stage'];
  const { client } = program;
  return { clients: [client, client], stage, ledger: new Ledger(), history: new HistoryRecorder() };
}

/** Signing up and in, and two rounds of a change, a read, a task and a read. */
async function readFor(program: Program) {
  const scene = makeScene(program);
  const next = nextOf(readAfterWrites(scene));
  for (let step = 0; step < 10; step += 1) {
    await next();
  }
  const { history } = scene;
  history.stored.push(...history.created);
  return { history, violations: checkHistory(history).violations };
}

describe(readAfterWrites, () => {
  it('takes down every write and every read', async () => {
    const { history, violations } = await readFor(new Program());
    expect(history.writes.map(({ version }) => version)).toEqual([1, 1, 2, 2]);
    expect(history.reads.map(({ version }) => version)).toEqual([1, 1, 2, 2]);
    expect(history.created).toHaveLength(2);
    expect(violations).toEqual([]);
  });

  it.each([
    ['a change', 0],
    ['a task', 1],
  ])('shows %s that was acknowledged, and is lost', async (_what, at) => {
    const program = new Program();
    program.endings.push('stored', 'stored', 'stored', 'stored');
    program.endings[at] = 'lost';
    const { violations } = await readFor(program);
    expect(violations).toHaveLength(1);
  });

  it('expects nothing of a change in doubt', async () => {
    const program = new Program();
    program.endings.push('in doubt');
    const { history, violations } = await readFor(program);
    expect(history.writes[0]).toMatchObject({ version: 1, isAcknowledged: false });
    expect(violations).toEqual([]);
  });
});

describe(useTwice, () => {
  async function useAll(program: Program) {
    const scene = makeScene(program);
    const next = nextOf(useTwice(scene));
    // Signing up and in, a task at both; four of each of four kinds, and two requests for mail.
    for (let step = 0; step < 23; step += 1) {
      await next();
    }
    scene.history.stored.push(...scene.history.created);
    return scene.history;
  }

  it('takes down one success of each kind', async () => {
    const history = await useAll(new Program());
    expect(history.uses.map(({ gate }) => gate.replace(/ \S+$/u, ''))).toEqual([
      'name',
      'reset token',
      'e-mail code',
      'refresh token',
    ]);
    expect(checkHistory(history).violations).toEqual([]);
  });

  it('shows each kind that succeeds again', async () => {
    const program = new Program();
    program.isForgetful = true;
    expect(checkHistory(await useAll(program)).violations).toHaveLength(4);
  });
});
