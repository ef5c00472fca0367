import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, resolve } from 'node:path';

/** Every executable file of that name in the folders of a PATH, in their order. */
export async function listExecutables(
  name: string,
  searchPath: string | undefined,
): Promise<string[]> {
  const found: string[] = [];
  for (const folder of new Set(searchPath?.split(delimiter))) {
    if (folder === '') {
      continue;
    }
    const path = resolve(folder, name);
    try {
      await access(path, constants.X_OK);
      found.push(path);
    } catch {
      // Not there, or not for this user: the next folder may have it.
    }
  }
  return found;
}
