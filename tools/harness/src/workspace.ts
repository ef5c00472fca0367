import { accessSync, constants } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

export const workspaceRoot = join(import.meta.dirname, '../../..');

export function inWorkspace(path: string): string {
  return join(workspaceRoot, path);
}

/** Every executable file of that name in the folders of a PATH, in their order. */
export function listExecutables(name: string, searchPath: string | undefined): readonly string[] {
  const folders = new Set(searchPath?.split(delimiter).filter((folder) => folder !== ''));
  return [...folders].map((folder) => resolve(folder, name)).filter(isExecutable);
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
