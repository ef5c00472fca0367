import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

import { environment, workspaceRoot } from '../workspace.ts';

const ADDRESS = /The API is ready at (\S+)/;

const user = {
  first_name: 'Ada',
  last_name: 'Lovelace',
  username: 'ada',
  password: 'analytical-engine-1843',
};

/** The program on a MongoDB of its own, as a user starts it. */
export class FuzzedProgram {
  readonly address: string;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, address: string) {
    this.#process = process;
    this.address = address;
  }

  static async start(dataDirectory: string): Promise<FuzzedProgram> {
    const child = spawn('node', ['--conditions=@org/source', 'apps/api/src/main.ts'], {
      cwd: workspaceRoot,
      env: {
        ...environment,
        DATA_DIR: dataDirectory,
        HOST: '127.0.0.1',
        PORT: '0',
        RATE_LIMITS: 'off',
        LOG_LEVEL: 'error',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    while (!ADDRESS.test(output)) {
      if (child.exitCode !== null) {
        throw new Error(`The program ended before it was ready:\n${output}`);
      }
      await delay(50);
    }
    return new FuzzedProgram(child, ADDRESS.exec(output)?.[1] ?? '');
  }

  /** Signs up and logs in. */
  async logIn(): Promise<{ accountId: string; token: string }> {
    await this.#post('accounts');
    const { account_id: accountId, token } = await this.#post('access-tokens');
    return { accountId: String(accountId), token: String(token) };
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGTERM');
    await once(this.#process, 'exit');
  }

  async #post(path: string): Promise<Record<string, unknown>> {
    const response = await fetch(`${this.address}/api/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(user),
    });
    return (await response.json()) as Record<string, unknown>;
  }
}
