import { createHmac } from 'node:crypto';

import {
  AccessTokenExpiredError,
  AccessTokenInvalidError,
  type AuthenticationService,
} from '@org/authentication';
import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { JWTHeaderParameters, JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { accountId, context, createServices, origin, type TestServices } from './services.ts';

let services: TestServices;
let authentication: AuthenticationService;
let genuine: string;
let header: JWTHeaderParameters;
let claims: JWTPayload;

beforeAll(async () => {
  services = await createServices();
  ({ authentication } = services);
  const created = await authentication.createAccessToken({ accountId, ...origin }, context);
  genuine = created.token;
  header = decodeProtectedHeader(genuine) as JWTHeaderParameters;
  claims = decodeJwt(genuine);
});
afterAll(async () => {
  await services.remove();
});

async function readSigningKey() {
  const keys = services.database.collection('access_token_signing_keys');
  const stored = await keys.findOne({ state: 'current' });
  const sealed = stored!['encrypted_private_key'].buffer as Uint8Array;
  return JSON.parse(services.secretKey.decrypt('access token signing key', sealed).toString());
}

/** Signs with the service's own key, so that only what is changed can be the reason to refuse. */
async function signGenuinely(changedHeader: object, changedClaims: object): Promise<string> {
  const jwk = await readSigningKey();
  return new SignJWT({ ...claims, ...changedClaims })
    .setProtectedHeader({ ...header, ...changedHeader })
    .sign(jwk);
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

const forgeries: [string, () => Promise<string> | string][] = [
  ['nothing', () => ''],
  ['no token at all', () => 'token'],
  ['two parts', () => genuine.split('.').slice(0, 2).join('.')],
  ['alg none', () => `${encode({ ...header, alg: 'none' })}.${encode(claims)}.`],
  [
    'HS256 keyed with the public key',
    async () => {
      const signed = `${encode({ ...header, alg: 'HS256' })}.${encode(claims)}`;
      const { x } = await readSigningKey();
      const key = Buffer.from(x, 'base64url');
      return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
    },
  ],
  [
    'a foreign key under our kid',
    async () => {
      const { privateKey } = await generateKeyPair('EdDSA');
      return new SignJWT(claims).setProtectedHeader(header).sign(privateKey);
    },
  ],
  [
    'an embedded key',
    async () => {
      const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
      const jwk = await exportJWK(publicKey);
      return new SignJWT(claims).setProtectedHeader({ ...header, jwk }).sign(privateKey);
    },
  ],
  ['our key with an embedded key header', () => signGenuinely({ jwk: { kty: 'OKP' } }, {})],
  ['our key with a key address', () => signGenuinely({ jku: 'https://example.com/jwks' }, {})],
  ['a foreign kid', () => signGenuinely({ kid: 'other' }, {})],
  ['no kid', () => signGenuinely({ kid: undefined }, {})],
  ['another type', () => signGenuinely({ typ: 'JWT' }, {})],
  ['no type', () => signGenuinely({ typ: undefined }, {})],
  ['another issuer', () => signGenuinely({}, { iss: 'someone' })],
  ['another audience', () => signGenuinely({}, { aud: 'someone' })],
  ['no subject', () => signGenuinely({}, { sub: undefined })],
  ['no session', () => signGenuinely({}, { sid: undefined })],
  ['a session id that is none', () => signGenuinely({}, { sid: { $ne: null } })],
  ['no expiry', () => signGenuinely({}, { exp: undefined })],
  ['an issue in the future', () => signGenuinely({}, { iat: claims.iat! + 6 })],
  ['a start in the future', () => signGenuinely({}, { nbf: claims.iat! + 6 })],
  ['over 8 KiB', () => signGenuinely({}, { padding: 'x'.repeat(8 * 1024) })],
  ['a changed signature', () => genuine.slice(0, -3) + (genuine.endsWith('AAA') ? 'BBB' : 'AAA')],
];

describe('forged access tokens', () => {
  it('are made from one that is accepted', async () => {
    expect(await authentication.verifyAccessToken({ token: genuine }, context)).toMatchObject({
      accountId,
    });
    const token = await signGenuinely({}, {});
    expect(await authentication.verifyAccessToken({ token }, context)).toMatchObject({ accountId });
  });

  it.each(forgeries)('are refused: %s', async (_what, forge) => {
    const token = await forge();

    await expect(authentication.verifyAccessToken({ token }, context)).rejects.toThrow(
      AccessTokenInvalidError,
    );
  });

  it('are expired only when everything else is right', async () => {
    const expired = await signGenuinely({}, { exp: claims.iat! - 1 });
    const expiredAndForeign = await signGenuinely({}, { exp: claims.iat! - 1, iss: 'someone' });

    await expect(authentication.verifyAccessToken({ token: expired }, context)).rejects.toThrow(
      AccessTokenExpiredError,
    );
    await expect(
      authentication.verifyAccessToken({ token: expiredAndForeign }, context),
    ).rejects.toThrow(AccessTokenInvalidError);
  });
});
