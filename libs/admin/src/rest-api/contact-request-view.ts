import { operationContextOf, type RouteHandler, type RouteHandlers } from '@org/core/rest-api';

import type { AdminService } from '../admin-service.ts';
import type { AdminModules } from '../types.ts';
import { changeBy, operationOn, refusal, toListBody, toPage } from './admin-view.ts';
import type { contactRequestRoutes } from './contact-request-router.ts';

type Routes = typeof contactRequestRoutes;
type Support = AdminModules['accounts']['support'];
type ContactRequest = Awaited<ReturnType<Support['listContactRequests']>>['items'][number];

const RESOURCE_TYPE = 'account_contact_requests';

export class ContactRequestView implements RouteHandlers<Routes> {
  readonly #admin: AdminService;
  readonly #support: Support;

  constructor(admin: AdminService, support: Support) {
    this.#admin = admin;
    this.#support = support;
  }

  requestContact: RouteHandler<Routes['requestContact']> = async (request) => {
    const { email, phone_number: phone } = request.body;
    if ((email === undefined) === (phone === undefined)) {
      throw refusal('body', 'must have either an email or a phone_number');
    }
    const contact =
      phone === undefined
        ? { emailAddress: email ?? '' }
        : { phoneNumber: { countryCode: phone.country_code, phoneNumber: phone.phone_number } };
    const { resourceId: accountId, operation } = operationOn(
      { type: 'accounts', id: request.params.account_id },
      'accounts.change-contact',
      // The contact itself is in the request.
      { kind: phone === undefined ? 'email' : 'phone' },
    );
    const { id, expiresAt } = await changeBy(request, this.#admin, operation, (context) =>
      this.#support.requestContactChange({ accountId, ...contact }, context),
    );
    return { id, expires_at: expiresAt.toISOString() };
  };

  listContactRequests: RouteHandler<Routes['listContactRequests']> = async (request) => {
    const asked = toPage(request.query);
    const operation = { name: 'accounts.contact-requests', resourceType: RESOURCE_TYPE };
    const page = await this.#admin.read(operation, operationContextOf(request), (context) =>
      this.#support.listContactRequests(asked, context),
    );
    return toListBody(page, toContactRequestBody);
  };

  approveContact: RouteHandler<Routes['approveContact']> = async (request) => {
    const { resourceId: requestId, operation } = decisionOf(
      request.params,
      'accounts.approve-contact',
    );
    const { accountId } = await changeBy(request, this.#admin, operation, async (context) => {
      const approved = await this.#support.approveContactChange({ requestId }, context);
      await this.#admin.assertMayChange(approved, context);
      return approved;
    });
    return { account_id: accountId };
  };

  rejectContact: RouteHandler<Routes['rejectContact']> = async (request) => {
    const { resourceId: requestId, operation } = decisionOf(
      request.params,
      'accounts.reject-contact',
    );
    await changeBy(request, this.#admin, operation, (context) =>
      this.#support.rejectContactChange({ requestId }, context),
    );
  };

  withdrawContact: RouteHandler<Routes['withdrawContact']> = async (request) => {
    const { resourceId: requestId, operation } = decisionOf(
      request.params,
      'accounts.withdraw-contact',
    );
    await changeBy(request, this.#admin, operation, (context) =>
      this.#support.withdrawContactChange({ requestId }, context),
    );
  };
}

function decisionOf({ request_id: id }: { readonly request_id: string }, name: string) {
  return operationOn({ type: RESOURCE_TYPE, id }, name);
}

export function toPhoneNumberBody(phoneNumber: ContactRequest['phoneNumber']) {
  return (
    phoneNumber && {
      country_code: phoneNumber.countryCode,
      phone_number: phoneNumber.phoneNumber,
    }
  );
}

export function toContactRequestBody(request: ContactRequest) {
  return {
    id: request.id,
    account_id: request.accountId,
    email: request.email,
    phone_number: toPhoneNumberBody(request.phoneNumber),
    requested_by: { type: request.requestedBy.type, id: request.requestedBy.id },
    requested_at: request.requestedAt.toISOString(),
    expires_at: request.expiresAt.toISOString(),
  };
}
