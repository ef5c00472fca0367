import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Files that are in a tarball and that nobody may import. */
const CLOSED = ['dist/index.js', 'dist/types.js', 'src/index.ts', 'internal/anything.js'];

/**
 * Tries to reach past the entry points of an installed package.
 *
 * @returns what could be reached
 */
export function findOpenPaths(folder: string, packageNames: readonly string[]): readonly string[] {
  const { resolve } = createRequire(join(folder, 'main.js'));
  const paths = packageNames.flatMap((name) => CLOSED.map((path) => `${name}/${path}`));
  return paths.filter((path) => !isClosed(path, resolve));
}

function isClosed(path: string, resolve: (path: string) => string): boolean {
  try {
    resolve(path);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_PACKAGE_PATH_NOT_EXPORTED';
  }
}
