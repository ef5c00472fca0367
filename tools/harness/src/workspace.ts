import { join } from 'node:path';

/** The root of this workspace. */
export const workspaceRoot = join(import.meta.dirname, '../../..');

/** An absolute path, from one below the root. */
export function inWorkspace(path: string): string {
  return join(workspaceRoot, path);
}
