import { operationContextOf, type RouteHandler, type RouteHandlers } from '@org/core/rest-api';

import type { AccountService } from '../account-service.ts';
import type { RemoveContactParams } from '../account-contact-service.ts';
import { toAccountBody } from './account-reply-schema.ts';
import { contactForms, type contactRoutesWith } from './contact-router.ts';

type Routes = ReturnType<typeof contactRoutesWith>;
type Removal = RouteHandler<Routes['removeEmail']>;

export class ContactView implements RouteHandlers<Routes> {
  readonly #accounts: AccountService;

  constructor(accounts: AccountService) {
    this.#accounts = accounts;
  }

  requestContactChange: RouteHandler<Routes['requestContactChange']> = async (request) => {
    const { account_id: accountId } = request.params;
    const { form, body } = contactForms.choose(request.body);
    const contact =
      form === 'email'
        ? { emailAddress: body.email }
        : {
            phoneNumber: {
              countryCode: body.phone_number.country_code,
              phoneNumber: body.phone_number.phone_number,
            },
          };
    const context = operationContextOf(request);
    const userAgent = request.headers['user-agent'] ?? '';
    const origin = { userAgent, ip: context.sourceAddress ?? '' };
    const { id, expiresAt } = await this.#accounts.contacts.requestContactChange(
      { accountId, ...contact, origin },
      context,
    );
    return { id, expires_at: expiresAt.toISOString() };
  };

  confirmContactChange: RouteHandler<Routes['confirmContactChange']> = async (request) => {
    const { account_id: accountId, change_id: changeId } = request.params;
    const account = await this.#accounts.contacts.confirmContactChange(
      { accountId, changeId, code: request.body.code },
      operationContextOf(request),
    );
    return toAccountBody(account, this.#accounts.fields);
  };

  removeEmail: Removal = (request) => this.#remove('email', request);

  removePhoneNumber: Removal = (request) => this.#remove('phone', request);

  reverseContactChange: RouteHandler<Routes['reverseContactChange']> = async (request) => {
    const { token } = request.body;
    const context = operationContextOf(request);
    const { expiresAt } = await this.#accounts.contacts.reverseContactChange({ token }, context);
    return { expires_at: expiresAt.toISOString() };
  };

  async #remove(kind: RemoveContactParams['kind'], request: Parameters<Removal>[0]) {
    const { account_id: accountId } = request.params;
    const context = operationContextOf(request);
    const account = await this.#accounts.contacts.removeContact({ accountId, kind }, context);
    return toAccountBody(account, this.#accounts.fields);
  }
}
