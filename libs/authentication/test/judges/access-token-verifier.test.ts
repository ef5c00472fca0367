import { AccessTokenInvalidError, type AuthenticationService } from '@org/authentication';
import { Corpus, readVectors, type WycheproofVector } from '@org/harness';
import { importJWK, type JWK } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { accountId, context, createServices, origin, type TestServices } from '../services.ts';

/** How many vectors each file has. */
const TOKEN_FILES = {
  'json_web_signature_test.json': 401,
  'json_web_crypto_test.json': 83,
  'json_web_key_test.json': 26,
};
const ED25519 = 'ed25519_test.json';
const corpus = new Corpus('wycheproof', [...Object.keys(TOKEN_FILES), ED25519]);

interface TokenVector extends WycheproofVector {
  /** An object is the JSON serialization. */
  readonly jws?: string | object;
  readonly jwe?: string | object;
}

interface Ed25519Group {
  readonly publicKeyJwk: JWK;
  readonly tests: readonly Ed25519Vector[];
}

/** Message and signature are hexadecimal. */
interface Ed25519Vector extends WycheproofVector {
  readonly msg: string;
  readonly sig: string;
}

let services: TestServices;
let authentication: AuthenticationService;
let genuine: string;

beforeAll(async () => {
  services = await createServices();
  ({ authentication } = services);
  genuine = (await authentication.createAccessToken({ accountId, ...origin }, context)).token;
});
afterAll(async () => {
  await services.remove();
});

/** Those that are not refused as invalid. */
async function findTaken(tokens: readonly string[]): Promise<readonly string[]> {
  const taken: string[] = [];
  for (const token of tokens) {
    const outcome = await authentication
      .verifyAccessToken({ token }, context)
      .catch((error: unknown) => error);
    if (!(outcome instanceof AccessTokenInvalidError)) {
      taken.push(token);
    }
  }
  return taken;
}

function readTokens(file: string): readonly string[] {
  const vectors = readVectors<{ readonly tests: readonly TokenVector[] }>(corpus, file);
  return vectors.map(({ jws, jwe }) => jws ?? jwe).map(toText);
}

function toText(token: unknown): string {
  return typeof token === 'string' ? token : JSON.stringify(token);
}

/** The token with our own key and type in its header, so that these are not why it is refused. */
function pretendOurs(token: string): string {
  const [header = '', ...rest] = token.split('.');
  try {
    const { alg } = JSON.parse(Buffer.from(header, 'base64url').toString());
    const ours = { ...JSON.parse(headerOf(genuine)), alg };
    return [Buffer.from(JSON.stringify(ours)).toString('base64url'), ...rest].join('.');
  } catch {
    return [genuine.split('.')[0], ...rest].join('.');
  }
}

function headerOf(token: string): string {
  return Buffer.from(token.split('.')[0]!, 'base64url').toString();
}

describe.skipIf(corpus.isMissing)(corpus.title("Wycheproof's JSON Web Signatures"), () => {
  it.each(Object.entries(TOKEN_FILES))('of %s are refused, all %i', async (file, count) => {
    const tokens = readTokens(file);

    expect(tokens).toHaveLength(count);
    expect(await findTaken(tokens)).toEqual([]);
    expect(await findTaken(tokens.map(pretendOurs))).toEqual([]);
  });
});

describe.skipIf(corpus.isMissing)(corpus.title("Wycheproof's Ed25519 signatures"), () => {
  it('are verified if they are valid, and only then, by what verifies tokens', async () => {
    const vectors = readVectors<Ed25519Group>(corpus, ED25519);
    const wrong: number[] = [];
    for (const { tcId, publicKeyJwk, msg, sig, result } of vectors) {
      const key = (await importJWK(publicKeyJwk, 'EdDSA')) as Parameters<SubtleVerify>[1];
      const [signature, message] = [sig, msg].map((hex) => Buffer.from(hex, 'hex'));
      const isValid = await crypto.subtle.verify('Ed25519', key, signature!, message!);
      if (isValid !== (result === 'valid')) {
        wrong.push(tcId);
      }
    }

    expect(vectors).toHaveLength(151);
    expect(wrong).toEqual([]);
  });

  it('are refused below a token of ours', async () => {
    const [header, claims] = genuine.split('.');
    const signatures = readVectors<Ed25519Group>(corpus, ED25519).map(({ sig }) => sig);

    const tokens = signatures.map((sig) =>
      [header, claims, Buffer.from(sig, 'hex').toString('base64url')].join('.'),
    );

    expect(await findTaken(tokens)).toEqual([]);
  });
});

type SubtleVerify = typeof crypto.subtle.verify;

/** The order of the group: a signature's second half is a number below it (RFC 8032, 5.1.7). */
const ORDER = 2n ** 252n + 27_742_317_777_372_353_535_851_937_790_883_648_493n;

function addToScalar(signature: Buffer, summand: bigint): Buffer {
  const scalar = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`);
  const changed = Buffer.from((scalar + summand).toString(16).padStart(64, '0'), 'hex').reverse();
  return Buffer.concat([signature.subarray(0, 32), changed]);
}

/** Base64url of the same bytes, with others of the bits that no byte has. */
function changeUnusedBits(text: string): string {
  const next = { A: 'B', Q: 'R', g: 'h', w: 'x' }[text.at(-1)!]!;
  return text.slice(0, -1) + next;
}

/** What the vectors do to signatures under keys of theirs, done to one under ours. */
const damages: readonly [string, (signature: string, bytes: Buffer) => string | Buffer][] = [
  ['blanks before it', (text) => `    ${text}`],
  ['blanks in it', (text) => `${text.slice(0, 40)}  ${text.slice(40)}`],
  ['blanks after it', (text) => `${text}  `],
  ['a line break after it', (text) => `${text}\n`],
  ['a tab in it', (text) => `${text.slice(0, 40)}\t${text.slice(40)}`],
  ['another character before it', (text) => `?${text}`],
  ['another character after it', (text) => `${text}?`],
  ['padding', (text) => `${text}==`],
  ['half a padding', (text) => `${text}=`],
  ['other unused bits', (text) => changeUnusedBits(text)],
  ['a part after it', (text) => `${text}.`],
  ['nothing', () => ''],
  ['its first half', (_text, bytes) => bytes.subarray(0, 32)],
  ['one byte less', (_text, bytes) => bytes.subarray(0, 63)],
  ['one byte more', (_text, bytes) => Buffer.concat([bytes, Buffer.alloc(1)])],
  ['a zero before it', (_text, bytes) => Buffer.concat([Buffer.alloc(1), bytes])],
  ['zeros', (_text, bytes) => Buffer.alloc(bytes.length)],
  ['a scalar above the order', (_text, bytes) => addToScalar(bytes, ORDER)],
  ['a scalar far above the order', (_text, bytes) => addToScalar(bytes, 7n * ORDER)],
  ['a scalar that is one more', (_text, bytes) => addToScalar(bytes, 1n)],
];

describe('an access token', () => {
  it.each(damages)('is refused whose signature has %s', async (_what, damage) => {
    const [header, claims, signature = ''] = genuine.split('.');
    const damaged = damage(signature, Buffer.from(signature, 'base64url'));
    const text = typeof damaged === 'string' ? damaged : damaged.toString('base64url');

    expect(await findTaken([[header, claims, text].join('.')])).toEqual([]);
    expect(await findTaken([genuine])).toEqual([genuine]);
  });
});
