import { existsSync, renameSync, rmSync } from 'node:fs';

import { inWorkspace } from '@org/harness';

import { run } from './workspace.ts';

/**
 * Installs a package from PyPI below `node_modules/.cache` unless it is there; whole or not at all.
 *
 * @returns its folder, for `PYTHONPATH`
 */
export async function installPythonPackage(name: string, version: string): Promise<string> {
  const folder = inWorkspace(`node_modules/.cache/${name}-${version}`);
  if (!existsSync(folder)) {
    const draft = `${folder}.draft`;
    rmSync(draft, { recursive: true, force: true });
    const words = ['-m', 'pip', 'install', '--quiet', '--root-user-action=ignore'];
    await run('python3', [...words, '--target', draft, `${name}==${version}`]);
    renameSync(draft, folder);
  }
  return folder;
}
