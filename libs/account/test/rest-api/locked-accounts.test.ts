import type { CommandStartedEvent, Document } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { anonymous } from '../services.ts';
import { createApp, type TestApp } from './app.ts';
import { contactsOf, reversalIn } from './contacts-of.ts';

const old = 'ada@example.com';
const password = 'analytical engine';

let app: TestApp;
let started: CommandStartedEvent[] = [];
const { clear, deliver, ownerWith, remove, change, reverse, proveEmail } = contactsOf(() => app);

beforeAll(async () => {
  app = await createApp();
  app.throwaway.database.client.on('commandStarted', (event) => started.push(event));
});
beforeEach(clear);
afterAll(async () => {
  await app.close();
});

/** The first command of each transaction that changes an account. */
async function firstCommandsOf(act: () => Promise<unknown>): Promise<readonly string[]> {
  started = [];
  await act();
  const transactions: Record<string, string[]> = {};
  for (const { command, commandName } of started as { command: Document; commandName: string }[]) {
    if (command['autocommit'] === false) {
      const commands = (transactions[`${command['lsid'].id} ${command['txnNumber']}`] ??= []);
      commands.push(`${commandName} ${command[commandName]}`);
    }
  }
  const changes = ['update accounts', 'findAndModify accounts'];
  return Object.values(transactions)
    .filter((commands) => commands.some((each) => changes.includes(each)))
    .map(([first]) => first!);
}

/** Otherwise it starts again for as long as a thief floods the account with updates. */
describe('the transaction writes the account first', () => {
  const locked = ['update accounts'];

  it('of a reversal', async () => {
    const owner = await ownerWith(old);
    await change(owner, { email: 'eve@example.com' });
    const token = reversalIn((await deliver())[old]);

    expect(await firstCommandsOf(() => reverse(token))).toEqual(locked);
  });

  it('of a change', async () => {
    const owner = await ownerWith(old);

    const first = await firstCommandsOf(() => change(owner, '9999999991'));

    expect(first.at(-1)).toBe('update accounts');
  });

  it('of a removal', async () => {
    const owner = await ownerWith(old);
    await change(owner, '9999999991');

    expect(await firstCommandsOf(() => remove(owner, 'email'))).toEqual(locked);
  });

  it('of a deletion', async () => {
    const { id, token } = await ownerWith(old);

    const first = await firstCommandsOf(() => app.send('DELETE', `/accounts/${id}`, { token }));

    expect(first).toEqual(['findAndModify accounts']);
  });

  it('of a reset of the password', async () => {
    const { id: accountId } = await ownerWith(old);
    const { resetTokens } = app.authentication;
    const { token } = await resetTokens.createPasswordResetToken({ accountId }, anonymous);
    const reset = { accountId, token, newPassword: password };

    expect(
      await firstCommandsOf(() => app.accounts.resetAccountPassword(reset, anonymous)),
    ).toEqual(locked);
  });

  it('of a claim by whoever has the address that is the username', async () => {
    await app.createOwner(old, password);

    expect(await firstCommandsOf(() => proveEmail(old))).toEqual(locked);
  });
});
