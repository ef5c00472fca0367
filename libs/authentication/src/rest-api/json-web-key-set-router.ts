import { defineRoute } from '@org/core/rest-api';
import * as Type from 'typebox';

const JsonWebKey = Type.Object({
  kty: Type.String(),
  crv: Type.String(),
  x: Type.String(),
  kid: Type.String(),
  alg: Type.String(),
  use: Type.String(),
});

const example = {
  kty: 'OKP',
  crv: 'Ed25519',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  kid: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
  alg: 'EdDSA',
  use: 'sig',
};

export const jsonWebKeySetRoutes = {
  getJsonWebKeySet: defineRoute({
    method: 'GET',
    path: '/.well-known/jwks.json',
    operationId: 'getJsonWebKeySet',
    summary: 'The keys that verify access tokens',
    tag: 'access-tokens',
    access: 'anyone',
    reply: {
      status: 200,
      schema: Type.Object({ keys: Type.Array(JsonWebKey) }, { examples: [{ keys: [example] }] }),
    },
  }),
};
