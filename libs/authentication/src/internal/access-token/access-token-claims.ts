import type { AccountCollection } from '../../account-directory.ts';
import type { ClaimTypes, ClaimValue, ClaimValues } from '../../types.ts';

/** Of all claims of one's own together, as JSON in UTF-8. */
const MAXIMUM_BYTES = 1_024;
const NAME = /^[A-Za-z]\w{0,63}$/;

/** Registered for JWTs and access tokens (RFC 7519, 8693, 9068, OpenID Connect), or planned here. */
const RESERVED_NAMES: ReadonlySet<string> = new Set(
  `iss sub aud exp nbf iat jti sid
  typ alg kid cty crit jku jwk x5u x5c x5t cnf
  azp acr amr act may_act auth_time nonce at_hash c_hash client_id scope scp
  roles groups entitlements permissions`.split(/\s+/),
);

const FITS: Readonly<Record<ClaimTypes[string], (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string' && value.isWellFormed(),
  number: Number.isFinite,
  boolean: (value) => typeof value === 'boolean',
  // `every` would skip the gaps of a sparse array, which JSON has as `null`.
  strings: (value) => Array.isArray(value) && Array.from(value).every((item) => FITS.string(item)),
};

/** What access tokens say about accounts; see {@link defineAccessTokenClaims}. */
export interface AccessTokenClaims<Account = unknown, Types extends ClaimTypes = ClaimTypes> {
  /** @throws TypeError if a claim is not declared, has another type, or all are over 1 KiB */
  toPayload(account: Account): Readonly<Record<string, ClaimValue>>;

  /**
   * The declared claims of a verified token. A claim that its token does not have, perhaps because
   * it was issued before a change of the declaration, is undefined.
   *
   * @param claims of a `VerifiedSession`
   */
  read(claims: Readonly<Record<string, unknown>> | undefined): ClaimValues<Types>;
}

/**
 * Declares claims of one's own in access tokens, for `claims` of `AuthenticationService.create`:
 * their types by name, and their values for an account. They are computed from the stored account
 * at each log-in and each refresh, so they can be as old as an access token lives. A claim that is
 * undefined is left out. Whoever has a token can read them.
 *
 * They may have 1 KiB in all. If they have more, or a type that is not declared, no token is
 * issued: the request is answered with 500. So bound the fields that they repeat.
 *
 * @example
 * const claims = defineAccessTokenClaims({
 *   types: { plan: 'string', beta: 'boolean' },
 *   claimsOf: ({ plan }: Account<typeof accountFields>) => ({ plan, beta: plan === 'pro' }),
 * });
 * const { plan } = claims.read(verifiedSessionOf(request)?.claims); // string | undefined
 *
 * @throws TypeError if a name is reserved, such as `sub` and `roles`, or not of 1 to 64 letters,
 *   digits and underscores; if a type is none of `ClaimTypes`; or if `claimsOf` is no function
 */
export function defineAccessTokenClaims<Account, const Types extends ClaimTypes>(definition: {
  readonly types: Types;
  readonly claimsOf: (account: Account) => ClaimValues<Types>;
}): AccessTokenClaims<Account, Types> {
  const { types, claimsOf } = definition;
  assertDefined(types, claimsOf);
  const declared = Object.entries(types);
  declared.forEach(assertDeclarable);
  return {
    toPayload: (account) => {
      const values: unknown = claimsOf(account);
      assertPlain(values);
      const given = Object.entries(values).filter(([, value]) => value !== undefined);
      given.forEach(([name, value]) => assertFits(name, value, types));
      const claims = Object.fromEntries(given) as Record<string, ClaimValue>;
      assertSmall(claims);
      return claims;
    },
    read: (claims = {}) => {
      const read = declared.filter(([name, type]) => FITS[type](claims[name]));
      return Object.fromEntries(read.map(([name]) => [name, claims[name]])) as ClaimValues<Types>;
    },
  };
}

/** What a token says beside the claims that every token has. */
export function ownClaimsOf(payload: object): Readonly<Record<string, unknown>> {
  const own = Object.entries(payload).filter(([name]) => !RESERVED_NAMES.has(name));
  return Object.freeze(Object.fromEntries(own));
}

/** For JavaScript, where no compiler says so. */
function assertDefined(types: unknown, claimsOf: unknown): void {
  if (typeof types !== 'object' || types === null) {
    throw new TypeError('The types of access token claims must be an object.');
  }
  if (typeof claimsOf !== 'function') {
    throw new TypeError('The claimsOf of access token claims must be a function.');
  }
}

function assertDeclarable([name, type]: readonly [string, string]): void {
  if (!NAME.test(name) || name in Object.prototype) {
    throw new TypeError(`A claim may not be called ${JSON.stringify(name)}.`);
  }
  if (RESERVED_NAMES.has(name)) {
    throw new TypeError(`The claim ${name} is reserved.`);
  }
  if (!Object.hasOwn(FITS, type)) {
    throw new TypeError(`The claim ${name} has the type ${type}, which is none of claims.`);
  }
}

/** A promise, for example, has no entries: all of its claims would be missing. */
function assertPlain(values: unknown): asserts values is object {
  const prototype: unknown = Object.getPrototypeOf(values ?? 0);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError('claimsOf must return a plain object, and not a promise.');
  }
}

function assertFits(name: string, value: unknown, types: ClaimTypes): void {
  const type = Object.hasOwn(types, name) ? types[name] : undefined;
  if (type === undefined) {
    throw new TypeError(`The claim ${name} is not declared.`);
  }
  if (!FITS[type](value)) {
    throw new TypeError(`The claim ${name} does not have the declared type ${type}.`);
  }
}

function assertSmall(claims: object): void {
  const bytes = Buffer.byteLength(JSON.stringify(claims));
  if (bytes > MAXIMUM_BYTES) {
    throw new TypeError(
      `The claims ${Object.keys(claims).join(', ')} have ${bytes} bytes; at most ${MAXIMUM_BYTES} are allowed.`,
    );
  }
}

/**
 * Makes the claims of what is stored of an account.
 *
 * @throws TypeError if the collection does not say what account a document is
 */
export function composeClaims(claims: AccessTokenClaims, accounts: AccountCollection | undefined) {
  if (accounts?.toAccount === undefined) {
    throw new TypeError('Claims of access tokens need toAccount of the account collection.');
  }
  return (document: object) => claims.toPayload(accounts.toAccount?.(document));
}
