import type { OperationContext } from '@org/core';
import { withId, type CollectionReport, type StoredSecrets } from '@org/core/store';

import { WebhookEndpointLimitReachedError, WebhookEndpointNotFoundError } from '../../errors.ts';
import type {
  CreateWebhookEndpointParams,
  UpdateWebhookEndpointParams,
  WebhookDisabledReason,
  WebhookEndpoint,
  WebhookEndpointWithSecret,
} from '../../types.ts';
import type { ModuleDependencies } from '../module-dependencies.ts';
import {
  convertEndpointBsonToEndpoint,
  encryptSecrets,
  makeSecret,
  secretsOf,
  SECRETS_PURPOSE,
} from './endpoint-util.ts';
import type { EndpointDocument } from './store/endpoint-model.ts';
import { EndpointRepository } from './store/endpoint-repository.ts';

export class EndpointWriter {
  readonly #repository: EndpointRepository;
  readonly #dependencies: ModuleDependencies;

  constructor(dependencies: ModuleDependencies) {
    this.#repository = new EndpointRepository(dependencies);
    this.#dependencies = dependencies;
  }

  get storedSecrets(): StoredSecrets {
    const { secretKey } = this.#dependencies;
    const encrypted = { field: 'encrypted_secrets', purpose: SECRETS_PURPOSE };
    return this.#repository.storedSecrets({ secretKey, ...encrypted });
  }

  async initialize(): Promise<CollectionReport> {
    return this.#repository.onInitCollection();
  }

  /** @throws WebhookEndpointLimitReachedError if there are as many as there may be */
  async createEndpoint(
    { url, events, description = '' }: CreateWebhookEndpointParams,
    context: OperationContext,
  ): Promise<WebhookEndpointWithSecret> {
    const { database, secretKey, settings } = this.#dependencies;
    const secret = makeSecret();
    const endpoint = {
      url,
      events: [...new Set(events)],
      description,
      state: 'enabled',
      disabled_reason: null,
      disabled_at: null,
      failing_since: null,
      encrypted_secrets: encryptSecrets([secret], secretKey),
      previous_secret_valid_until: null,
    } as const;
    return database.withTransaction(context, async (transaction) => {
      if ((await this.#repository.countForOneMore(transaction)) >= settings.maximumEndpoints) {
        throw new WebhookEndpointLimitReachedError(settings.maximumEndpoints);
      }
      const stored = await this.#repository.insertOne(endpoint, transaction);
      return { endpoint: convertEndpointBsonToEndpoint(stored), secret };
    });
  }

  /** @throws WebhookEndpointNotFoundError */
  async updateEndpoint(
    { endpointId, url, events, description }: UpdateWebhookEndpointParams,
    context: OperationContext,
  ): Promise<WebhookEndpoint> {
    const changes = {
      ...(url === undefined ? {} : { url, failing_since: null }),
      ...(events === undefined ? {} : { events: [...new Set(events)] }),
      ...(description === undefined ? {} : { description }),
    };
    return this.#change(endpointId, changes, context);
  }

  /** @throws WebhookEndpointNotFoundError */
  async enableEndpoint(endpointId: string, context: OperationContext): Promise<WebhookEndpoint> {
    const enabled = {
      state: 'enabled',
      disabled_reason: null,
      disabled_at: null,
      failing_since: null,
    } as const;
    return this.#change(endpointId, enabled, context);
  }

  /** @throws WebhookEndpointNotFoundError */
  async disableEndpoint(endpointId: string, context: OperationContext): Promise<WebhookEndpoint> {
    const found =
      (await this.#repository.findOneAndUpdate(
        { ...withId(endpointId), state: { $ne: 'disabled' } },
        { $set: this.#disabled('operator') },
        context,
      )) ?? (await this.#repository.findOne(withId(endpointId), context));
    if (found === undefined) {
      throw new WebhookEndpointNotFoundError(endpointId);
    }
    return convertEndpointBsonToEndpoint(found);
  }

  /** @returns whether this has disabled it: it may be disabled, deleted or elsewhere by now */
  async disableFailedEndpoint(
    { id, url, failingSince }: WebhookEndpoint,
    reason: WebhookDisabledReason,
    context: OperationContext,
  ): Promise<boolean> {
    const sinceThen = reason === 'failing' ? { failing_since: failingSince } : {};
    const found = await this.#repository.findOneAndUpdate(
      { ...withId(id), url, state: 'enabled', ...sinceThen },
      { $set: this.#disabled(reason) },
      context,
    );
    return found !== undefined;
  }

  /** @returns whether there was one */
  async deleteEndpoint(endpointId: string, context: OperationContext): Promise<boolean> {
    return this.#repository.deleteOne(withId(endpointId), context);
  }

  /**
   * Gives an endpoint a new secret. The one of before stays valid for a while; those before it end.
   *
   * @throws WebhookEndpointNotFoundError
   * @throws DecryptionFailedError if no known secret key decrypts the one that stays valid
   */
  async rotateSecret(
    endpointId: string,
    overlapMilliseconds: number,
    context: OperationContext,
  ): Promise<WebhookEndpointWithSecret> {
    const { database, secretKey, clock } = this.#dependencies;
    const now = clock.now();
    const secret = makeSecret();
    return database.withTransaction(context, async (transaction) => {
      const found = await this.#repository.findOne(withId(endpointId), transaction);
      if (found === undefined) {
        throw new WebhookEndpointNotFoundError(endpointId);
      }
      const kept = overlapMilliseconds === 0 ? [] : secretsOf(found, secretKey, now).slice(0, 1);
      const rotated = {
        encrypted_secrets: encryptSecrets([secret, ...kept], secretKey),
        previous_secret_valid_until: new Date(now.getTime() + overlapMilliseconds),
      };
      return { endpoint: await this.#change(endpointId, rotated, transaction), secret };
    });
  }

  /** Notes since when every attempt has failed. */
  async markFailing(endpointId: string, context: OperationContext): Promise<void> {
    await this.#repository.findOneAndUpdate(
      { ...withId(endpointId), failing_since: null },
      { $set: { failing_since: this.#dependencies.clock.now() } },
      context,
    );
  }

  async markWorking(endpointId: string, context: OperationContext): Promise<void> {
    const working = { $set: { failing_since: null } };
    await this.#repository.findOneAndUpdate(withId(endpointId), working, context);
  }

  #disabled(reason: WebhookDisabledReason) {
    const disabled_at = this.#dependencies.clock.now();
    return { state: 'disabled', disabled_reason: reason, disabled_at } as const;
  }

  async #change(
    endpointId: string,
    fields: Partial<EndpointDocument>,
    context: OperationContext,
  ): Promise<WebhookEndpoint> {
    const changed = await this.#repository.findOneAndUpdate(
      withId(endpointId),
      { $set: fields },
      context,
    );
    if (changed === undefined) {
      throw new WebhookEndpointNotFoundError(endpointId);
    }
    return convertEndpointBsonToEndpoint(changed);
  }
}
