import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { environment, installedPrograms } from '../workspace.ts';
import type { ScratchWorkspace } from './scratch-workspace.ts';

const ADDRESS = /The API is ready at (\S+)/;

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The program of a scratch workspace, running on a mongod of its own. */
export interface StartedApi {
  send(method: string, path: string, body?: object, token?: string): Promise<Answer>;
  stop(): Promise<void>;
}

/** Starts the program from its sources and waits until it is ready. */
export async function startApi(scratch: ScratchWorkspace): Promise<StartedApi> {
  const words = ['--conditions=@org/source', 'apps/api/src/main.ts'];
  const program = spawn(`${installedPrograms}/node`, words, {
    cwd: scratch.root,
    env: { ...environment, NODE_ENV: 'development', PORT: '0', DATA_DIR: scratch.path('.data') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(program, 'exit');
  const address = await findAddress(createInterface(program.stdout));
  return {
    send: (method, path, body, token) => send(new URL(path, address), { method, body, token }),
    stop: async () => {
      program.kill();
      await ended;
    },
  };
}

async function findAddress(lines: AsyncIterable<string>): Promise<string> {
  const printed: string[] = [];
  for await (const line of lines) {
    const address = ADDRESS.exec(line)?.[1];
    if (address !== undefined) {
      return address;
    }
    printed.push(line);
  }
  throw new Error(`The program ended before it was ready:\n${printed.join('\n')}`);
}

interface RequestToSend {
  readonly method: string;
  readonly body: object | undefined;
  readonly token: string | undefined;
}

async function send(url: URL, { method, body, token }: RequestToSend): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}
