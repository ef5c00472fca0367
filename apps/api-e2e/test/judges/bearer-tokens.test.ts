import { Corpus, inParallel, readVectors, type WycheproofVector } from '@org/harness';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { get, send, signUpAndLogIn, type LoggedIn } from '../client.ts';
import { onThrowawayDatabase, Program } from '../program.ts';

/** How many vectors each file has. */
const FILES = {
  'json_web_signature_test.json': 401,
  'json_web_crypto_test.json': 83,
  'json_web_key_test.json': 26,
};
const ED25519 = 'ed25519_test.json';
const corpus = new Corpus('wycheproof', [...Object.keys(FILES), ED25519]);

interface TokenVector extends WycheproofVector {
  /** An object is the JSON serialization. */
  readonly jws?: string | object;
  readonly jwe?: string | object;
}

interface Ed25519Vector extends WycheproofVector {
  /** Hexadecimal. */
  readonly sig: string;
}

describe.skipIf(corpus.isMissing)(corpus.title("Wycheproof's tokens, as bearer tokens"), () => {
  let program: Program;
  let api: string;
  let ada: LoggedIn;

  beforeAll(async () => {
    program = Program.run(onThrowawayDatabase());
    api = `${await program.ready()}/api`;
    ada = await signUpAndLogIn(api, 'ada');
  });
  afterAll(async () => {
    await program.stop();
  });

  /** How many tokens get each answer. */
  async function tally(tokens: readonly string[]): Promise<Record<string, number>> {
    const answers = await inParallel(tokens, (token) =>
      send('GET', `${api}/accounts/${ada.id}`, { token }),
    );
    const counts: Record<string, number> = {};
    for (const { status, body } of answers) {
      const answer = `${status} ${String(body['code'])}`;
      counts[answer] = (counts[answer] ?? 0) + 1;
    }
    return counts;
  }

  it('are 510, and none is let in: not valid ones, either, for they are not ours', async () => {
    const tokens = Object.entries(FILES).flatMap(([file, count]) => {
      const vectors = readVectors<{ readonly tests: readonly TokenVector[] }>(corpus, file);
      expect(vectors).toHaveLength(count);
      return vectors.map(({ jws, jwe }) => jws ?? jwe);
    });

    const texts = tokens.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)));

    // Without a token, or with blanks in it, it is the header that is malformed.
    expect(await tally(texts)).toEqual({
      '401 ACCESS_TOKEN_ERR_04': 9,
      '401 ACCESS_TOKEN_ERR_05': 501,
    });
  });

  it('are refused with the 151 Ed25519 signatures below header and claims of ours', async () => {
    const [header, claims] = ada.token.split('.');
    const vectors = readVectors<{ readonly tests: readonly Ed25519Vector[] }>(corpus, ED25519);
    const signatures = vectors.map(({ sig }) => Buffer.from(sig, 'hex').toString('base64url'));

    const tokens = signatures.map((signature) => [header, claims, signature].join('.'));

    expect(await tally(tokens)).toEqual({ '401 ACCESS_TOKEN_ERR_05': 151 });
    expect(await get(`${api}/accounts/${ada.id}`, ada.token)).toMatchObject({ status: 200 });
  });
});
