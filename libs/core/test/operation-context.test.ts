import { describe, expect, it } from 'vitest';

import { OperationContext, type TransactionHandle } from '@org/core';

const handle = {} as TransactionHandle;
const account = { type: 'account', id: '64b000000000000000000001' } as const;

describe(OperationContext, () => {
  it('is anonymous for someone who has proved nothing', () => {
    expect(OperationContext.anonymous('request-1')).toMatchObject({
      actor: { type: 'anonymous', id: null },
      requestId: 'request-1',
      transaction: undefined,
    });
  });

  it('keeps request and transaction when the actor becomes known', () => {
    const context = OperationContext.anonymous('request-1').withTransaction(handle);

    expect(context.withActor(account)).toMatchObject({
      actor: account,
      requestId: 'request-1',
      transaction: handle,
    });
  });

  it('leaves the transaction in a copy and keeps the original in it', () => {
    const inside = OperationContext.create({ actor: account, requestId: 'r' }).withTransaction(
      handle,
    );

    const outside = inside.withoutTransaction();

    expect(outside).toMatchObject({ actor: account, requestId: 'r', transaction: undefined });
    expect(inside.transaction).toBe(handle);
  });

  it('hands on what is stored before a commit, but for what survives a rollback', () => {
    const beforeCommit = () => Promise.resolve();
    const context = OperationContext.anonymous('request-1', '192.0.2.1').withBeforeCommit(
      beforeCommit,
    );

    for (const copy of [
      context.withActor(account),
      context.withoutSource(),
      context.withTransaction(handle),
    ]) {
      expect(copy.beforeCommit).toBe(beforeCommit);
    }
    expect(context.withTransaction(handle).withoutTransaction()).toEqual(
      OperationContext.anonymous('request-1', '192.0.2.1'),
    );
    expect(context.withoutTransaction().beforeCommit).toBeUndefined();
  });
});
