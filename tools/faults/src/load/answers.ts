import type { Answer } from '../http/http-client.ts';

/** What POST /api/access-tokens answers. */
export interface Tokens {
  readonly accountId: string;
  readonly token: string;
  readonly refreshToken: string;
  readonly session: { readonly id: string; readonly generation: number };
}

export function readTokens({ body }: Answer): Tokens {
  const { account_id, token, refresh_token } = body as Record<string, string>;
  const refreshToken = refresh_token ?? '';
  const [, generation] = refreshToken.split('.');
  return {
    accountId: account_id ?? '',
    token: token ?? '',
    refreshToken,
    session: { id: readSessionId(token ?? ''), generation: Number(generation ?? 0) },
  };
}

export function readId({ body }: Answer): string {
  return (body as { id: string }).id;
}

/** The claim `sid`, read without looking at the signature. */
function readSessionId(token: string): string {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
  return (JSON.parse(payload) as { sid: string }).sid;
}
