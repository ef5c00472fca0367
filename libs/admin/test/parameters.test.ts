import { AdminService } from '@org/admin';
import { findTakenParameters } from '@org/core/testing';
import { describe, expect, it } from 'vitest';

import { context, createServices } from './services.ts';

describe(AdminService, () => {
  it('takes no wrong parameters', async () => {
    const { admin, throwaway } = await createServices(['jobs.read']);
    const read = { name: 'jobs.read', resourceType: 'agendaJobs', resourceId: 'a', parameters: {} };
    const work = async () => undefined;

    const taken = await findTakenParameters(admin, {
      code: /^ADMIN_ERR_01$/,
      trusted: [context],
      notCalled: { getOperator: 'takes nothing' },
      calls: {
        assertMayChange: [{ accountId: 'a' }, context],
        eraseAccount: [{ accountId: 'a', isForced: true, reason: 'Because' }, context],
        read: [read, context, work],
        change: [{ ...read, reason: 'Because', isStepwise: true }, context, work],
      },
    });

    expect(taken).toEqual([]);
    await throwaway.remove();
  });
});
