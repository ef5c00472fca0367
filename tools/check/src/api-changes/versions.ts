import type { ApiChange } from './classify.ts';

export type ChangeLevel = 'patch' | 'minor' | 'major';

type Version = readonly [major: number, minor: number, patch: number];

/** What the changes are together: at least a patch. */
export function levelOf(changes: readonly ApiChange[]): ChangeLevel {
  const levels = new Set<ChangeLevel>(changes.map(({ level }) => level));
  return (['major', 'minor'] as const).find((level) => levels.has(level)) ?? 'patch';
}

/**
 * The least version that tells such a change. Before 1.0.0 a breaking change raises the second
 * number and an addition the third, as `nx release` does and as npm reads `^0.1.0`.
 *
 * @param released such as `1.2.3`
 */
export function leastVersionAfter(released: string, level: ChangeLevel): string {
  const [major, minor, patch] = parse(released);
  if (level === 'major' && major > 0) {
    return `${major + 1}.0.0`;
  }
  const raisesMinor = major > 0 ? level === 'minor' : level === 'major';
  return raisesMinor ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`;
}

/** Whether a version tells as much as another; a prerelease tells what its release does. */
export function isAtLeast(version: string, least: string): boolean {
  const parts = parse(least);
  const difference = parse(version)
    .map((part, index) => part - (parts[index] ?? 0))
    .find((each) => each !== 0);
  return (difference ?? 0) >= 0;
}

function parse(version: string): Version {
  const [, ...parts] = /^(\d+)\.(\d+)\.(\d+)(?:[-+]|$)/.exec(version) ?? [];
  const [major, minor, patch] = parts.map(Number);
  if (major === undefined || minor === undefined || patch === undefined) {
    throw new Error(`${version} is no version such as 1.2.3.`);
  }
  return [major, minor, patch];
}
