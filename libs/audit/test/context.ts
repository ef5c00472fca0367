import { OperationContext } from '@org/core';

/** Someone who is logged in. */
export const account = { type: 'account', id: '64b000000000000000000001' } as const;

export const context = OperationContext.create({ actor: account, requestId: 'request-1' });
