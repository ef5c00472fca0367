import { inject, describe, expect, it, onTestFinished } from 'vitest';

import { TestBackend } from '../src/testing/index.ts';

const user = {
  first_name: 'Ada',
  last_name: 'Lovelace',
  username: 'ada@example.com',
  password: 'analytical engine',
};

describe('a sign-up that is sent again with its Idempotency-Key', () => {
  it('is not answered with an account that was erased, but carried out anew', async () => {
    const test = await TestBackend.start({ mongodbUri: inject('mongodbUri') });
    onTestFinished(() => test.close());
    const signUp = async () => {
      const response = await fetch(`${test.address}/api/accounts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': 'key-1' },
        body: JSON.stringify(user),
      });
      const { id } = (await response.json()) as { readonly id: string };
      return { status: response.status, id };
    };
    const first = await signUp();
    const { context } = await test.logIn(user);
    const { deletion } = test.backend.accounts;
    await deletion.deleteAccount({ accountId: first.id }, context);
    // It can still be restored.
    expect(await signUp()).toEqual(first);

    await deletion.eraseAccount({ accountId: first.id }, context);

    const second = await signUp();
    expect(second.status).toBe(201);
    expect(second.id).not.toBe(first.id);
  });

  it('is no part of an export', async () => {
    const test = await TestBackend.start({ mongodbUri: inject('mongodbUri') });
    onTestFinished(() => test.close());
    const { context, accountId } = await test.logIn(await test.signUp());

    const { others, end } = await test.backend.accounts.exportAccount({ accountId }, context);
    await end();

    expect(others).toHaveProperty('role_grants');
    expect(others).not.toHaveProperty('idempotency');
  });
});
