import { DecryptionFailedError, type OperationContext } from '@org/core';
import { withId } from '@org/core/store';

import { WebhookEndpointDisabledError, WebhookEndpointNotFoundError } from '../../errors.ts';
import type { WebhookEndpoint, WebhookStatistics } from '../../types.ts';
import type { ModuleDependencies } from '../module-dependencies.ts';
import { convertEndpointBsonToEndpoint, secretsOf } from './endpoint-util.ts';
import { EndpointRepository } from './store/endpoint-repository.ts';

/** An endpoint with what deliveries to it are signed with. */
export interface EndpointTarget extends WebhookEndpoint {
  /** None if no known secret key decrypts them. */
  readonly secrets: readonly string[];
}

export class EndpointReader {
  readonly #repository: EndpointRepository;
  readonly #dependencies: ModuleDependencies;

  constructor(dependencies: ModuleDependencies) {
    this.#repository = new EndpointRepository(dependencies);
    this.#dependencies = dependencies;
  }

  /** @throws WebhookEndpointNotFoundError */
  async getEndpointById(endpointId: string, context: OperationContext): Promise<WebhookEndpoint> {
    const found = await this.#repository.findOne(withId(endpointId), context);
    if (found === undefined) {
      throw new WebhookEndpointNotFoundError(endpointId);
    }
    return convertEndpointBsonToEndpoint(found);
  }

  /**
   * @throws WebhookEndpointNotFoundError
   * @throws WebhookEndpointDisabledError
   */
  async getEnabledEndpointById(
    endpointId: string,
    context: OperationContext,
  ): Promise<WebhookEndpoint> {
    const endpoint = await this.getEndpointById(endpointId, context);
    if (endpoint.state !== 'enabled') {
      throw new WebhookEndpointDisabledError(endpointId);
    }
    return endpoint;
  }

  /** Newest first. */
  async findEndpoints(context: OperationContext): Promise<readonly WebhookEndpoint[]> {
    const found = await this.#repository.find({}, context, { sort: { _id: -1 } });
    return found.map(convertEndpointBsonToEndpoint);
  }

  async findEnabledEndpoints(context: OperationContext): Promise<readonly WebhookEndpoint[]> {
    const found = await this.#repository.find({ state: 'enabled' }, context);
    return found.map(convertEndpointBsonToEndpoint);
  }

  /** Ids of the enabled endpoints that subscribe to an event. */
  async findSubscribedEndpointIds(
    event: string,
    context: OperationContext,
  ): Promise<readonly string[]> {
    const filter = { state: 'enabled', events: event } as const;
    const found = await this.#repository.find(filter, context, { projection: { _id: 1 } });
    return found.map(({ _id }) => _id.toHexString());
  }

  /** @returns `undefined` if it was deleted */
  async findTarget(
    endpointId: string,
    context: OperationContext,
  ): Promise<EndpointTarget | undefined> {
    const found = await this.#repository.findOne(withId(endpointId), context);
    return found && { ...convertEndpointBsonToEndpoint(found), secrets: this.#findSecrets(found) };
  }

  #findSecrets(bson: object): readonly string[] {
    const { secretKey, clock } = this.#dependencies;
    try {
      return secretsOf(bson, secretKey, clock.now());
    } catch (error) {
      if (error instanceof DecryptionFailedError) {
        return [];
      }
      throw error;
    }
  }

  async countEndpointsByState(
    context: OperationContext,
  ): Promise<Pick<WebhookStatistics, 'enabled' | 'failing' | 'disabled'>> {
    const endpoints = await this.findEndpoints(context);
    const enabled = endpoints.filter(({ state }) => state === 'enabled');
    const failing = enabled.filter(({ failingSince }) => failingSince !== null).length;
    return {
      enabled: enabled.length - failing,
      failing,
      disabled: endpoints.length - enabled.length,
    };
  }
}
