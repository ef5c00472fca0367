import { defineModule } from '@org/core';

import * as events from './events.ts';
import type { AccountSettings } from './types.ts';

/** What accounts own. */
export const accountModule = defineModule({
  name: 'account',
  collections: {
    accounts: { holds: 'accounts', personalData: { exported: true, end: 'erased' } },
    account_claims: { holds: 'names locked by a transaction; never seen outside of it' },
    account_contact_changes: {
      holds: "changes of accounts' contacts, asked for or done, and what undoes them",
      personalData: { exported: true, end: 'erased' },
    },
    account_contact_requests: {
      holds: 'changes of contact that one operator has asked for and another has to approve',
      personalData: { exported: true, end: 'erased' },
    },
    account_identities: {
      holds: "accounts' names, each as the id of a document",
      personalData: { exported: true, end: 'erased' },
    },
    account_identity_state: { holds: 'whether every account has its identities' },
    account_processes: { holds: 'heartbeats of the processes that serve accounts' },
    account_export_leases: {
      holds: 'whose export is being read',
      personalData: { exported: false, end: 'expires' },
    },
  },
  publishes: Object.values(events),
  jobs: [
    'account.erase',
    'account.erase-deleted',
    'account.erase-rest',
    'account.password-reset-request',
    'account.password-reset-request-by-email',
    'account.remove-unproved',
    'account.store-identities',
  ],
  permissions: [
    'accounts.read',
    'accounts.disable',
    'accounts.end-sessions',
    'accounts.send-reset',
    'accounts.resend-code',
    'accounts.unlock',
    'accounts.delete',
    'accounts.restore',
    'accounts.erase',
    'accounts.change-contact',
    'accounts.approve-contact',
    'accounts.export',
  ],
  settings: {
    passwordMinimumLength: true,
    passwordBlocklist: true,
    productNames: true,
    passwordHashing: true,
    webAppUrl: true,
    restoreTimeToLiveMilliseconds: true,
    unprovedTimeToLiveMilliseconds: true,
  } satisfies Record<keyof AccountSettings, true>,
});
