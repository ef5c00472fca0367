import type { ChildOptions } from './child-program.ts';
import { workspaceRoot } from './workspace.ts';

/** What the program prints once it serves; the group captures its address. */
export const READY = /The API is ready at (\S+)/;

/**
 * How the program is started from its sources, in a process group of its own.
 *
 * @param root of the workspace whose program it is; default: this one
 */
export function sourceProgram(environment: NodeJS.ProcessEnv, root = workspaceRoot): ChildOptions {
  const preflight = ['--import', './tools/setup/preflight.js'];
  return {
    arguments: [...preflight, '--conditions=@org/source', 'apps/api/src/main.ts'],
    environment,
    directory: root,
    leadsGroup: true,
  };
}
