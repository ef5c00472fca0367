import type { Outcome } from '@org/harness';
import { describe, expect, it } from 'vitest';

import type { ApiClient } from '../../src/load/api-client.ts';
import { Ledger } from '../../src/load/ledger.ts';
import { Writer } from '../../src/load/writer.ts';

type Names = keyof ApiClient;

const SID = Buffer.from(JSON.stringify({ sid: 'session-1' })).toString('base64url');
const TOKENS = {
  account_id: 'account-1',
  token: `header.${SID}.signature`,
  refresh_token: 'session-1.3.secret',
};
const BODIES: Partial<Record<Names, object>> = {
  signUp: { id: 'account-1' },
  signUpByPhone: { id: 'account-2' },
  logIn: TOKENS,
  refresh: TOKENS,
};

/** Answers every request with success, unless told otherwise. */
function makeClient(endings: Partial<Record<Names, number | 'broken'>> = {}) {
  const called: string[] = [];
  const client = new Proxy({} as ApiClient, {
    get: (_target, name) => async (): Promise<Outcome> => {
      called.push(String(name));
      const ending = endings[name as Names] ?? 200;
      const times = { sentAt: 0, milliseconds: 1 };
      if (ending === 'broken') {
        return { kind: 'broken', ...times };
      }
      const body = BODIES[name as Names] ?? {};
      return { kind: 'answer', status: ending, headers: {}, body, ...times };
    },
  });
  return { client, called };
}

async function takeSteps(writer: Writer, count: number): Promise<void> {
  for (let step = 0; step < count; step += 1) {
    await writer.step();
  }
}

/** Signing up and in, three rounds of four, signing up by phone, asking for a code by mail, leaving. */
const STEPS_OF_A_LIFE = 17;

describe(Writer, () => {
  it('lives from sign-up to deletion, and has all of it in the ledger', async () => {
    const { client, called } = makeClient();
    const ledger = new Ledger();
    await takeSteps(new Writer(client, ledger, true), STEPS_OF_A_LIFE);

    expect(called[0]).toBe('signUp');
    expect(called.at(-1)).toBe('deleteAccount');
    expect(ledger.acknowledged).toBe(STEPS_OF_A_LIFE);
    expect(ledger.sessions).toEqual([{ id: 'session-1', generation: 3 }]);
    const [account, phoneAccount] = ledger.accounts;
    expect(account).toMatchObject({ id: 'account-1', passwordResets: 3 });
    expect(account?.firstName?.possible).toEqual(['Name 4']);
    expect(account?.active.possible).toEqual([false]);
    expect(phoneAccount).toMatchObject({ id: 'account-2', oneTimePasswords: 1 });
  });

  it('begins anew after its life', async () => {
    const { client, called } = makeClient();
    await takeSteps(new Writer(client, new Ledger(), true), STEPS_OF_A_LIFE + 1);
    expect(called.at(-1)).toBe('signUp');
  });

  it.each(['broken', 503] as const)('doubts a change that ended with %s', async (ending) => {
    const { client } = makeClient({ updateProfile: ending });
    const ledger = new Ledger();
    await takeSteps(new Writer(client, ledger), 3);
    expect(ledger.accounts[0]?.firstName?.possible).toEqual(['Name 1', 'Name 2']);
    expect(ledger.acknowledged).toBe(2);
  });

  it('knows that a refused change did not take place', async () => {
    const { client } = makeClient({ updateProfile: 400 });
    const ledger = new Ledger();
    await takeSteps(new Writer(client, ledger), 3);
    expect(ledger.accounts[0]?.firstName?.possible).toEqual(['Name 1']);
  });

  it.each(['signUp', 'logIn', 'refresh'] as const)(
    'begins anew when %s is in doubt',
    async (name) => {
      const { client, called } = makeClient({ [name]: 'broken' });
      const writer = new Writer(client, new Ledger());
      while (called.at(-1) !== name) {
        await writer.step();
      }
      await writer.step();
      expect(called.at(-1)).toBe('signUp');
    },
  );
});
