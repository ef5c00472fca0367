import { accountCreated } from '@org/account';
import type { BackendDependencies, Domain } from '@org/backend';

import type { Fields } from '../account-fields.js';
import { MembershipService } from './membership-service.js';
import { membershipModule } from './module.js';
import { mountMembershipRoutes } from './routes.js';

/** Who signs up gets a membership and a welcome, or no account. */
export function composeMembership(dependencies: BackendDependencies<Fields>): Domain {
  const memberships = new MembershipService(dependencies);
  dependencies.events.on(
    accountCreated,
    { name: 'membership.join', during: 'transaction' },
    ({ payload }, context) => memberships.join(payload.accountId, context),
  );
  return {
    manifest: membershipModule,
    initialize: () => memberships.initialize(),
    personalDataProvider: memberships.personalDataProvider,
    mount: async (api, guard) => mountMembershipRoutes(api, memberships, guard),
  };
}
