import { argon2id, hash, verify } from 'argon2';

import type { HashParameters } from './stored-hash-policy.ts';

/** What is computed with Argon2, here or in a process of its own. */
export type Argon2Work =
  | { readonly kind: 'hash'; readonly password: string; readonly parameters: HashParameters }
  | { readonly kind: 'verify'; readonly password: string; readonly hashedPassword: string };

/**
 * @returns the hash, or whether the password is right
 * @throws Error if the parameters do not go together
 */
export function compute(work: Argon2Work): Promise<string | boolean> {
  return work.kind === 'hash'
    ? hash(work.password, { type: argon2id, ...work.parameters })
    : verify(work.hashedPassword, work.password);
}
