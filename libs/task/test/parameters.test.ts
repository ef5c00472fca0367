import type { Erasure } from '@org/core';
import { findTakenParameters } from '@org/core/testing';
import { TaskService } from '@org/task';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { contextOf, createServices, owner, type TestServices } from './services.ts';

const context = contextOf(owner);
const erasure: Erasure = { signal: new AbortController().signal, forget: async () => {} };
let services: TestServices;

beforeAll(async () => {
  services = await createServices();
});
afterAll(async () => {
  await services.throwaway.remove();
});

describe(TaskService, () => {
  it('takes no wrong parameters', async () => {
    const byId = { accountId: owner, id: '64b00000000000000000000a' };
    const fields = { title: 'The first', description: 'Of two' };

    const taken = await findTakenParameters(services.tasks, {
      code: /^TASK_ERR_02$/,
      trusted: [context, erasure],
      notCalled: { initialize: 'takes nothing' },
      calls: {
        createTask: [{ accountId: owner, ...fields }, context],
        getTaskById: [byId, context],
        getTasksByAccountId: [
          { accountId: owner, pagination: { offset: 0, page: 1, size: 1 } },
          context,
        ],
        updateTask: [{ ...byId, ...fields }, context],
        deleteTask: [byId, context],
        exportTaskDataByAccountId: [{ accountId: owner }, context],
        deleteTaskDataByAccountId: [{ accountId: owner }, erasure, context],
      },
    });

    expect(taken).toEqual([]);
  });
});
