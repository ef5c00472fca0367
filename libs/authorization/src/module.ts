import { defineModule } from '@org/core';

/** What authorization owns. */
export const authorizationModule = defineModule({
  name: 'authorization',
  collections: {
    roles: { holds: 'roles and what they allow' },
    role_grants: {
      holds: 'which roles accounts have',
      personalData: { exported: true, end: 'erased' },
    },
    role_guard: { holds: 'what changes of roles that happen at the same time conflict over' },
  },
  permissions: ['roles.read', 'roles.manage'],
});
