import { accountCreated } from '@org/account';
import { defineModule } from '@org/core';

import { welcome } from '../welcome-topic.js';

export const membershipModule = defineModule({
  name: 'membership',
  collections: {
    memberships: { holds: 'memberships', personalData: { exported: true, end: 'erased' } },
  },
  listensTo: [accountCreated],
  topics: [welcome.name],
});
