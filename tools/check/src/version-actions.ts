import { spawnSync } from 'node:child_process';

import { workspaceRoot, type Tree } from '@nx/devkit';
import versionActions from '@nx/js/src/release/version-actions';

export const { afterAllProjectsVersioned } = versionActions;

const accepted = new Set<string>();

/**
 * How `nx release` writes a new version, dry run or not: only if the version is large enough for
 * what changed in the public API.
 */
export default class CheckedVersionActions extends versionActions.default {
  override updateProjectVersion(tree: Tree, version: string): Promise<string[]> {
    assertLargeEnough(version);
    return super.updateProjectVersion(tree, version);
  }
}

/** Asks a program: Nx loads this file without the condition that finds our sources. */
function assertLargeEnough(version: string): void {
  if (accepted.has(version)) {
    return;
  }
  const program = 'tools/check/src/api-changes/api-changes.ts';
  const words = ['--conditions=@org/source', program, `--version=${version}`];
  const options = { cwd: workspaceRoot, encoding: 'utf8' } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, words, options);
  if (status !== 0) {
    throw new Error(stdout + stderr);
  }
  accepted.add(version);
}
