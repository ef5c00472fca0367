import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { get, send } from './client.ts';
import { onThrowawayDatabase, Program } from './program.ts';

interface DocumentedOperation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly in: string }[];
  readonly responses: Readonly<Record<number, unknown>>;
}

let program: Program;
let address: string;

beforeAll(async () => {
  program = Program.run({
    ...onThrowawayDatabase(),
    METRICS_PORT: '0',
    CORS_ALLOWED_ORIGINS: 'https://app.example.com',
  });
  address = await program.ready();
});
afterAll(async () => {
  await program.stop();
});

describe('the documentation', () => {
  it('is an OpenAPI 3.1 document of every route', async () => {
    const { status, body } = await get(`${address}/api/openapi.json`);

    expect(status).toBe(200);
    expect(body).toMatchObject({ openapi: '3.1.0' });
    expect(Object.keys(body['paths'] as object)).toEqual(
      expect.arrayContaining(['/api/accounts', '/api/access-tokens', '/.well-known/jwks.json']),
    );
  });

  it('says that the account of the last admin is not deleted', async () => {
    const { body } = await get(`${address}/api/openapi.json`);

    expect(body).toHaveProperty(
      ['paths', '/api/accounts/{account_id}', 'delete', 'responses', '409', 'description'],
      'ROLE_ERR_05',
    );
  });

  it('says which code a wrong query has, at every route that takes one', async () => {
    const { body } = await get(`${address}/api/openapi.json`);
    const paths = body['paths'] as Record<string, Record<string, DocumentedOperation>>;
    const operations = Object.values(paths).flatMap((path) => Object.values(path));
    const withQuery = operations.filter(({ parameters = [] }) =>
      parameters.some((parameter) => parameter.in === 'query'),
    );

    expect(withQuery.length).toBeGreaterThan(0);
    const ofTheirOwn = /(?!REQUEST)\b[A-Z_]+_ERR_\d+/u;
    const silent = withQuery.filter(
      ({ responses }) => !ofTheirOwn.test(JSON.stringify(responses[400])),
    );
    expect(silent.map(({ operationId }) => operationId)).toEqual([]);
  });

  it('is a page for people, with all that the page needs', async () => {
    const page = await get(`${address}/api/docs/`);
    expect(page.status).toBe(200);
    const html = page.body['text'] as string;
    expect(html).toContain('swagger-ui');

    const assets = [...html.matchAll(/(?:src|href)="\.?\/?([^"]+\.(?:js|css))"/g)];
    expect(assets.length).toBeGreaterThan(0);
    for (const [, asset] of assets) {
      const url = new URL(asset!, `${address}/api/docs/`).href;
      expect((await get(url)).status).toBe(200);
    }
  });
});

describe('the key set', () => {
  it('has public keys and nothing of the private ones', async () => {
    const { status, body } = await get(`${address}/.well-known/jwks.json`);

    expect(status).toBe(200);
    const keys = body['keys'] as Record<string, string>[];
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) {
      expect(key).toMatchObject({ kty: 'OKP', crv: 'Ed25519', kid: expect.any(String) });
      expect(key).not.toHaveProperty('d');
    }
  });
});

describe('a browser of another origin', () => {
  const ask = (origin: string) =>
    send('OPTIONS', `${address}/api/accounts`, {
      headers: { origin, 'access-control-request-method': 'POST' },
    });

  it('may call the API from an allowed page', async () => {
    const answer = await ask('https://app.example.com');

    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
  });

  it.each(['https://app.example.com.evil.com', 'http://app.example.com', 'null'])(
    'may not from %s',
    async (origin) => {
      expect((await ask(origin)).headers.get('access-control-allow-origin')).not.toBe(origin);
    },
  );
});
