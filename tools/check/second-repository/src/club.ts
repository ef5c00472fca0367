import type { CommonOptions } from '@org/backend';

import { accountFields, type Fields } from './account-fields.js';
import { composeMembership } from './membership/membership.js';
import { signUpPolicy } from './sign-up-policy.js';
import { welcome } from './welcome-topic.js';

/** What makes this backend the club's own, in the program and in tests. */
export const club = {
  fields: accountFields,
  messages: { topics: [welcome], branding: { productName: 'Club' } },
  accountPolicies: { signUpPolicy },
  domains: (dependencies) => [composeMembership(dependencies)],
} satisfies Partial<CommonOptions<Fields>>;
