import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { ownerOf } from '../services.ts';
import { createApp, type Answer, type Owner, type TestApp } from './app.ts';
import { contactsOf, reversalIn } from './contacts-of.ts';

const old = 'ada@example.com';

let app: TestApp;
const { clear, deliver, ownerWith, request, change, reverse } = contactsOf(() => app);

beforeAll(async () => {
  app = await createApp();
});
beforeEach(clear);
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(async () => {
  await app.close();
});

function countPending(): Promise<number> {
  return app.collection('account_contact_changes').countDocuments({ status: 'pending' });
}

/** The conflict of a transaction beside another, or its end without one. */
async function untilConflict(work: Promise<unknown>): Promise<void> {
  app.commands.length = 0;
  let isDone = false;
  const end = () => (isDone = true);
  void work.then(end, end);
  await expect.poll(() => isDone || app.commands.includes('abortTransaction')).toBe(true);
}

/** Begins what ends somebody's access, and does the other thing before it is committed. */
async function beside(
  ending: () => Promise<Answer>,
  other: () => Promise<Answer>,
): Promise<Record<'ended' | 'asked', Answer>> {
  const { notification } = app;
  const goOn = notification.deletePushSubscriptionsByAccountId.bind(notification);
  let asked: Promise<Answer> | undefined;
  vi.spyOn(notification, 'deletePushSubscriptionsByAccountId').mockImplementationOnce(
    async (...args) => {
      asked = other();
      await untilConflict(asked);
      await goOn(...args);
    },
  );
  const ended = await ending();
  return { ended, asked: await asked! };
}

type Status = Pick<Answer, 'status'>;

/** Asks for a change, and does the other thing before that is committed. */
async function during(owner: Owner, other: () => Promise<Status>): Promise<readonly Status[]> {
  const { emailCodes } = app.authentication;
  const goOn = emailCodes.requestEmailCode.bind(emailCodes);
  let done: Promise<Status> | undefined;
  vi.spyOn(emailCodes, 'requestEmailCode').mockImplementationOnce(async (params, transaction) => {
    // From here on, the transaction sees nothing that others commit.
    await app.accounts.getAccountById({ id: owner.id }, transaction);
    done = other();
    await untilConflict(done);
    return goOn(params, transaction);
  });
  return [await request(owner, { email: 'mallory@example.com' }), await done!];
}

async function ownerWithLink(): Promise<{ readonly owner: Owner; readonly link: string }> {
  const owner = await ownerWith(old);
  await change(owner, { email: 'eve@example.com' });
  return { owner, link: reversalIn((await deliver())[old]) };
}

describe('requests for a change of contact', () => {
  it('leave one, if there are two at once', async () => {
    const owner = await ownerWith(old);

    const answers = await during(
      owner,
      // From elsewhere, so that no budget of the source keeps them apart.
      async () => {
        const change = { accountId: owner.id, emailAddress: 'eve@example.com' };
        await app.accounts.contacts.requestContactChange(change, ownerOf(owner.id));
        return { status: 201 };
      },
    );

    expect(answers).toMatchObject([{ status: 201 }, { status: 201 }]);
    expect(await countPending()).toBe(1);
  });

  it('beside a reversal are refused', async () => {
    const { owner, link } = await ownerWithLink();

    const { ended, asked } = await beside(
      () => reverse(link),
      () => request(owner, { email: 'mallory@example.com' }),
    );

    expect(ended).toMatchObject({ status: 201 });
    expect(asked).toMatchObject({ status: 401 });
    expect(await countPending()).toBe(0);
    expect(await deliver()).not.toHaveProperty(['mallory@example.com']);
  });

  it('beside a deletion are refused', async () => {
    const owner = await ownerWith(old);

    const { asked } = await beside(
      () => app.send('DELETE', `/accounts/${owner.id}`, { token: owner.token }),
      () => request(owner, { email: 'mallory@example.com' }),
    );

    expect(asked).toMatchObject({ status: 404 });
    expect(await countPending()).toBe(0);
  });

  it('are void after a reversal that began beside them', async () => {
    const { owner, link } = await ownerWithLink();

    const answers = await during(owner, () => reverse(link));

    expect(answers).toMatchObject([{ status: 201 }, { status: 201 }]);
    expect(await countPending()).toBe(0);
  });

  it('are void after a deletion', async () => {
    const owner = await ownerWith(old);
    await request(owner, { email: 'eve@example.com' });

    await app.send('DELETE', `/accounts/${owner.id}`, { token: owner.token });

    expect(await countPending()).toBe(0);
  });
});
