import { existsSync, renameSync, rmSync } from 'node:fs';

import { inWorkspace } from '@org/harness';

import { run } from './workspace.ts';

/**
 * Installs something below `node_modules/.cache` unless it is there; whole or not at all.
 *
 * @param install into the folder that it gets
 * @returns its folder
 */
export async function installOnce(
  name: string,
  install: (draft: string) => Promise<unknown>,
): Promise<string> {
  const folder = inWorkspace(`node_modules/.cache/${name}`);
  if (!existsSync(folder)) {
    const draft = `${folder}.draft`;
    rmSync(draft, { recursive: true, force: true });
    await install(draft);
    renameSync(draft, folder);
  }
  return folder;
}

/** A package from PyPI. @returns its folder, for `PYTHONPATH` */
export async function installPythonPackage(name: string, version: string): Promise<string> {
  const words = ['-m', 'pip', 'install', '--quiet', '--root-user-action=ignore'];
  return installOnce(`${name}-${version}`, (draft) =>
    run('python3', [...words, '--target', draft, `${name}==${version}`]),
  );
}
