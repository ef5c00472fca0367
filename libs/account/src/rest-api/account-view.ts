import { AppError } from '@org/core';
import {
  clearSiteData,
  operationContextOf,
  streamJson,
  type RouteHandler,
  type RouteHandlers,
} from '@org/core/rest-api';
import type { FastifyRequest } from 'fastify';

import type { AccountService } from '../account-service.ts';
import type { AccountOwnFields } from '../types.ts';
import {
  resetRequestForms,
  toEmailSignUp,
  toProfile,
  toSignUp,
  type AccountForms,
} from './account-form-schema.ts';
import { toAccountBody, toExportBody, toPreferencesBody } from './account-reply-schema.ts';
import type { accountRoutesWith } from './account-router.ts';

/** The session that sends a request, if the app has sessions. */
export type SessionIdOf = (request: FastifyRequest) => string | undefined;

type Routes = ReturnType<typeof accountRoutesWith>;

export class AccountView implements RouteHandlers<Routes> {
  readonly #accounts: AccountService;
  readonly #sessionIdOf: SessionIdOf;

  readonly #forms: AccountForms;

  constructor(accounts: AccountService, sessionIdOf: SessionIdOf, forms: AccountForms) {
    this.#accounts = accounts;
    this.#sessionIdOf = sessionIdOf;
    this.#forms = forms;
  }

  createAccount: RouteHandler<Routes['createAccount']> = async (request, reply) => {
    const { validationError } = request;
    const context = operationContextOf(request);
    if (validationError !== undefined) {
      await this.#accounts.countRefusedSignUp(context);
      throw validationError;
    }
    const { form, body } = this.#forms.signUp.choose(request.body);
    if (form === 'phoneNumber') {
      const { country_code: countryCode, phone_number } = body.phone_number;
      const phoneNumber = { countryCode, phoneNumber: phone_number };
      return this.#toBody(
        await this.#accounts.getOrCreateAccountByPhoneNumber({ phoneNumber }, context),
      );
    }
    if (form === 'email') {
      const origin = {
        userAgent: request.headers['user-agent'] ?? '',
        ip: context.sourceAddress ?? '',
      };
      const signUp = { ...toEmailSignUp(body), origin };
      const { expiresAt } = await this.#accounts.requestAccountByEmail(signUp, context);
      return reply.code(202).send({ expires_at: expiresAt.toISOString() });
    }
    return this.#toBody(
      await this.#accounts.createAccountByUsernameAndPassword(
        { ...toSignUp(body), ...this.#accounts.fields.fromBody(body) },
        context,
      ),
    );
  };

  getAccount: RouteHandler<Routes['getAccount']> = async (request) => {
    const { account_id: id } = request.params;
    const context = operationContextOf(request);
    const account = this.#toBody(await this.#accounts.getAccountById({ id }, context));
    if (!/^true$/i.test(request.query.include_notification_preferences ?? '')) {
      return account;
    }
    const preferences = await this.#accounts
      .getAccountNotificationPreferencesByAccountId({ accountId: id }, context)
      .catch(unlessThereAreNone);
    return preferences === undefined
      ? account
      : { ...account, notification_preferences: toPreferencesBody(preferences) };
  };

  updateAccount: RouteHandler<Routes['updateAccount']> = async (request) => {
    const { account_id: accountId } = request.params;
    const context = operationContextOf(request);
    const { form, body } = this.#forms.update.choose(request.body);
    switch (form) {
      case 'reset': {
        const reset = { accountId, token: body.token, newPassword: body.new_password };
        return this.#toBody(await this.#accounts.resetAccountPassword(reset, context));
      }
      case 'password': {
        const { current_password: currentPassword, new_password: newPassword } = body;
        const currentSessionId = this.#sessionIdOf(request);
        const change = { accountId, currentPassword, newPassword, currentSessionId };
        return this.#toBody(await this.#accounts.changeAccountPassword(change, context));
      }
      case 'profile': {
        const declared = this.#accounts.fields.fromBody(body);
        const profile = { accountId, ...toProfile(body), ...declared };
        return this.#toBody(await this.#accounts.updateAccountProfile(profile, context));
      }
    }
  };

  deleteAccount: RouteHandler<Routes['deleteAccount']> = async (request, reply) => {
    const { account_id: accountId } = request.params;
    await this.#accounts.deletion.deleteAccount({ accountId }, operationContextOf(request));
    clearSiteData(reply);
  };

  exportAccount: RouteHandler<Routes['exportAccount']> = async (request, reply) => {
    const { account_id: accountId } = request.params;
    const exported = await this.#accounts.exportAccount({ accountId }, operationContextOf(request));
    return streamJson(reply, toExportBody(exported, this.#accounts.fields), () => exported.end());
  };

  getPreferences: RouteHandler<Routes['getPreferences']> = async (request) => {
    const { account_id: accountId } = request.params;
    const context = operationContextOf(request);
    return toPreferencesBody(
      await this.#accounts.getAccountNotificationPreferencesByAccountId({ accountId }, context),
    );
  };

  updatePreferences: RouteHandler<Routes['updatePreferences']> = async (request) => {
    const { email_enabled, push_enabled, sms_enabled, topics } = request.body;
    const preferences = await this.#accounts.createOrUpdateAccountNotificationPreferences(
      {
        accountId: request.params.account_id,
        ...(email_enabled === undefined ? {} : { emailEnabled: email_enabled }),
        ...(push_enabled === undefined ? {} : { pushEnabled: push_enabled }),
        ...(sms_enabled === undefined ? {} : { smsEnabled: sms_enabled }),
        ...(topics === undefined ? {} : { topics }),
      },
      operationContextOf(request),
    );
    return toPreferencesBody(preferences);
  };

  createPasswordResetToken: RouteHandler<Routes['createPasswordResetToken']> = async (request) => {
    const context = operationContextOf(request);
    const { form, body } = resetRequestForms.choose(request.body);
    const asked = form === 'email' ? { emailAddress: body.email } : { username: body.username };
    const { expiresAt } = await this.#accounts.requestPasswordReset(asked, context);
    return { expires_at: expiresAt.toISOString() };
  };

  #toBody(account: AccountOwnFields) {
    return toAccountBody(account, this.#accounts.fields);
  }
}

/** An earlier backend may not have stored any. */
function unlessThereAreNone(error: unknown): undefined {
  if (!(error instanceof AppError && error.code === 'NOTIFICATION_ERR_01')) {
    throw error;
  }
}
