import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { run } from '../workspace.ts';

interface InstallOptions {
  /** Of a project that is complete but for our packages. */
  readonly folder: string;
  /** Tarballs by the names of their packages. */
  readonly tarballs: ReadonlyMap<string, string>;
  readonly environment: NodeJS.ProcessEnv;
}

/** Installs a project with our packages as npm would publish them. */
export async function installTarballs({
  folder,
  tarballs,
  environment,
}: InstallOptions): Promise<void> {
  const path = join(folder, 'package.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as { dependencies: object };
  const packed = [...tarballs].map(([name, tarball]) => [name, `file:${tarball}`] as const);
  const dependencies = { ...manifest.dependencies, ...Object.fromEntries(packed) };
  writeFileSync(path, JSON.stringify({ ...manifest, dependencies }));
  const words = ['install', '--no-audit', '--no-fund', '--prefer-offline'];
  await run('npm', words, { cwd: folder, env: environment });
}
