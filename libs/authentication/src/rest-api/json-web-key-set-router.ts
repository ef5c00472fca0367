import { defineRoute } from '@org/core/rest-api';

import { JsonWebKeySetReply } from './json-web-key-set-schema.ts';

export const jsonWebKeySetRoutes = {
  getJsonWebKeySet: defineRoute({
    method: 'GET',
    path: '/.well-known/jwks.json',
    operationId: 'getJsonWebKeySet',
    summary: 'The keys that verify access tokens',
    tag: 'access-tokens',
    access: 'anyone',
    reply: { status: 200, schema: JsonWebKeySetReply },
  }),
};
