import { operationContextOf, type RouteHandler, type RouteHandlers } from '@org/core/rest-api';

import type { AuthenticationService } from '../authentication-service.ts';
import type { jsonWebKeySetRoutes } from './json-web-key-set-router.ts';

type Routes = typeof jsonWebKeySetRoutes;

/** Far shorter than a key is published before it signs. */
const CACHE_CONTROL = 'public, max-age=300';

export class JsonWebKeySetView implements RouteHandlers<Routes> {
  readonly #authentication: AuthenticationService;

  constructor(authentication: AuthenticationService) {
    this.#authentication = authentication;
  }

  getJsonWebKeySet: RouteHandler<Routes['getJsonWebKeySet']> = async (request, reply) => {
    const keySet = await this.#authentication.getJsonWebKeySet(operationContextOf(request));
    return reply.header('cache-control', CACHE_CONTROL).send(keySet);
  };
}
