import { randomBytes } from 'node:crypto';

import { ChildProgram, type ChildOptions } from './child-program.ts';
import { inWorkspace, workspaceRoot } from './workspace.ts';

/** What the program prints once it serves; the group captures its address. */
export const READY = /The API is ready at (\S+)/;

/** How the program of a workspace is started from its sources, in a process group of its own. */
export function sourceProgram(environment: NodeJS.ProcessEnv, root = workspaceRoot): ChildOptions {
  const preflight = ['--import', './tools/setup/preflight.js'];
  return {
    arguments: [...preflight, '--conditions=@org/source', 'apps/api/src/main.ts'],
    environment,
    directory: root,
    leadsGroup: true,
  };
}

/** The program as {@link buildProgram} leaves it. */
export const builtProgram = inWorkspace('dist/program/main.js');

/** Bundles the program as it is now. @throws ProgramFailedError */
export async function buildProgram(): Promise<void> {
  const { PATH, HOME } = process.env;
  const words = [inWorkspace('tools/deployment/build.js')];
  const options = { arguments: words, environment: { PATH, HOME }, directory: '/' };
  await new ChildProgram(options).succeeded();
}

export function makeSecretKey(): string {
  return randomBytes(32).toString('base64');
}

/** A server's or a replica set's connection string with the name of a database in it. */
export function databaseUri(serverUri: string, name: string): string {
  // A URL has one host.
  return serverUri.replace(/^([^/]+\/\/[^/?]+)[^?]*/u, (_, hosts) => `${hosts}/${name}`);
}
