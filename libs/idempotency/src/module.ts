import { defineModule } from '@org/core';

/** What idempotency keys own. */
export const idempotencyModule = defineModule({
  name: 'idempotency',
  collections: {
    idempotency_keys: {
      holds: 'digests of the keys that clients sent, and the answers, encrypted',
      personalData: { exported: false, end: 'erased' },
    },
  },
});
