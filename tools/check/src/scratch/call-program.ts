import { ChildProgram, fetchJson, READY, sourceProgram } from '@org/harness';

import type { ScratchWorkspace } from './scratch-workspace.ts';

/** An account that has signed up and logged in. */
export interface SignedIn {
  /** Where the API is. */
  readonly api: string;
  /** Where the account is. */
  readonly account: string;
  readonly token: string;
}

/**
 * Starts the program of the copy, signs up, and stops it after the work.
 *
 * @param more settings
 */
export async function callProgram(
  { root, environment }: ScratchWorkspace,
  work: (user: SignedIn) => Promise<void>,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  const settings = { NODE_ENV: 'development', PORT: '0', DATA_DIR: `${root}/.data`, ...more };
  const program = new ChildProgram(sourceProgram({ ...environment, ...settings }, root));
  try {
    const api = `${await program.printed(READY)}/api`;
    const login = { username: 'ada@example.com', password: 'analytical-engine-1843' };
    const form = { ...login, first_name: 'Ada', last_name: 'Lovelace' };
    const signUp = await fetchJson('POST', `${api}/accounts`, { body: form });
    const session = await fetchJson('POST', `${api}/access-tokens`, { body: login });
    const account = `${api}/accounts/${String(signUp.body['id'])}`;
    await work({ api, account, token: String(session.body['token']) });
  } finally {
    await program.stop();
  }
}
