import { operationContextOf, type RouteHandler, type RouteHandlers } from '@org/core/rest-api';

import type { AdminService } from '../admin-service.ts';
import type { AdminModules } from '../types.ts';
import type { accountLookupRoutes } from './account-lookup-router.ts';
import { readable, toIsoOrNull, toListBody, toPage } from './admin-view.ts';
import { toAuditRecordBody, type AuditRecord } from './audit-view.ts';
import { toContactRequestBody, toPhoneNumberBody } from './contact-request-view.ts';

type Routes = typeof accountLookupRoutes;
type Modules = Pick<AdminModules, 'accounts' | 'audit' | 'roles'>;
type Support = Modules['accounts']['support'];
type Summary = Awaited<ReturnType<Support['searchAccounts']>>['items'][number];
type Whole = Awaited<ReturnType<Support['getAccountWhole']>>;

const RECORDS_SHOWN = 20;

export class AccountLookupView implements RouteHandlers<Routes> {
  readonly #admin: AdminService;
  readonly #modules: Modules;

  constructor(admin: AdminService, modules: Modules) {
    this.#admin = admin;
    this.#modules = modules;
  }

  searchAccounts: RouteHandler<Routes['searchAccounts']> = async (request) => {
    const { query, state } = request.query;
    const asked = { ...toPage(request.query), query, state };
    // Not what was asked for: a name would outlive its account.
    const operation = { name: 'accounts.search', resourceType: 'accounts', parameters: { state } };
    const page = await this.#admin.read(operation, operationContextOf(request), (context) =>
      this.#modules.accounts.support.searchAccounts(asked, context),
    );
    return toListBody(page, toSummaryBody);
  };

  getWholeAccount: RouteHandler<Routes['getWholeAccount']> = async (request) => {
    const { account_id: accountId } = request.params;
    const { accounts, audit, roles } = this.#modules;
    const resource = { resourceType: 'accounts', resourceId: accountId };
    const operation = { name: 'accounts.read', ...resource };
    return this.#admin.read(operation, operationContextOf(request), async (context) => {
      const whole = await accounts.support.getAccountWhole({ accountId }, context);
      const asked = { ...resource, limit: RECORDS_SHOWN };
      const { items: records } = await audit.findRecordsByResource(asked, context);
      const given = await roles.findRolesByAccountId({ accountId }, context);
      return toWholeBody(whole, { fields: accounts.fields, records, roles: given });
    });
  };
}

function toSummaryBody(account: Summary) {
  const { phoneNumber } = account;
  return {
    id: account.id,
    first_name: account.firstName,
    last_name: account.lastName,
    username: account.username,
    email: account.email,
    email_verified: account.emailVerified,
    phone_number: toPhoneNumberBody(phoneNumber),
    phone_number_verified: account.phoneNumberVerified,
    state: account.state,
    disabled_at: toIsoOrNull(account.disabledAt),
    deleted_at: toIsoOrNull(account.deletedAt),
    created_at: account.createdAt.toISOString(),
    updated_at: account.updatedAt.toISOString(),
  };
}

function toWholeBody(
  whole: Whole,
  others: {
    readonly fields: Modules['accounts']['fields'];
    readonly records: readonly AuditRecord[];
    readonly roles: readonly string[];
  },
) {
  const { account, state, disabledAt, deletedAt } = whole;
  return {
    ...toSummaryBody({ ...account, state, disabledAt, deletedAt }),
    fields: others.fields.toBody(account),
    has_password: whole.hasPassword,
    identities: whole.identities.map(({ kind, value, verifiedAt, createdAt, reservedUntil }) => ({
      kind,
      value,
      verified_at: toIsoOrNull(verifiedAt),
      created_at: createdAt.toISOString(),
      reserved_until: toIsoOrNull(reservedUntil),
    })),
    roles: [...others.roles],
    sessions: whole.sessions.map(toSessionBody),
    deliveries: whole.deliveries.map(toDeliveryBody),
    contact_changes: whole.contactChanges.map(toContactChangeBody),
    contact_requests: whole.contactRequests.map(toContactRequestBody),
    audit: others.records.map(toAuditRecordBody),
  };
}

function toSessionBody(session: Whole['sessions'][number]) {
  return {
    id: session.id,
    created_at: session.createdAt.toISOString(),
    last_used_at: session.lastUsedAt.toISOString(),
    user_agent: session.userAgent,
    device: session.device,
    browser: session.browser,
    ip: session.ip,
  };
}

function toDeliveryBody(delivery: Whole['deliveries'][number]) {
  return {
    id: delivery.id,
    channel: delivery.channel,
    topic: delivery.topic,
    status: delivery.status,
    attempts: readable.count(delivery.attempts),
    last_error: delivery.lastError,
    created_at: delivery.createdAt.toISOString(),
    updated_at: delivery.updatedAt.toISOString(),
  };
}

function toContactChangeBody(change: Whole['contactChanges'][number]) {
  return {
    id: change.id,
    status: change.status,
    email: change.email,
    phone_number: toPhoneNumberBody(change.phoneNumber),
    former_email: change.formerEmail,
    former_phone_number: toPhoneNumberBody(change.formerPhoneNumber),
    requested_at: change.requestedAt.toISOString(),
    expires_at: change.expiresAt.toISOString(),
  };
}
