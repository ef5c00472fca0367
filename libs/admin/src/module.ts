import { defineModule } from '@org/core';

/** What the administration owns. */
export const adminModule = defineModule({ name: 'admin', permissions: ['health.read'] });
