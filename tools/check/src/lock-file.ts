import { readFileSync } from 'node:fs';

import { inWorkspace } from '@org/harness';

import { conclude } from './workspace.ts';

/** Hosts that a package-lock.json names, sorted; a folder of the workspace has no host. */
export function findHosts(lockFile: string): readonly string[] {
  const { packages } = JSON.parse(lockFile) as { packages: Record<string, { resolved?: string }> };
  const resolved = Object.values(packages).map((each) => each.resolved ?? '');
  const urls = resolved.filter((each) => URL.canParse(each)).map((each) => new URL(each));
  return [...new Set(urls.map(({ host }) => host))].sort();
}

/** The gate of the lock file: it installs from any registry. */
if (import.meta.main) {
  const hosts = findHosts(readFileSync(inWorkspace('package-lock.json'), 'utf8'));
  const problem =
    `package-lock.json names where packages came from: ${hosts.join(', ')}. Run npm install with the ` +
    "repository's .npmrc (omit-lockfile-registry-resolved=true), so that it installs from any registry.";
  conclude(hosts.length === 0 ? [] : [problem]);
}
