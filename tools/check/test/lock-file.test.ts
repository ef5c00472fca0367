import { describe, expect, it } from 'vitest';

import { findHosts } from '../src/lock-file.ts';

function lockFile(...resolved: (string | undefined)[]): string {
  const entries = resolved.map((url, index) => [`node_modules/${index}`, { resolved: url }]);
  return JSON.stringify({ packages: Object.fromEntries(entries) });
}

describe(findHosts, () => {
  it('finds each host once', () => {
    const packages = lockFile(
      'https://registry.example.com/a.tgz',
      'https://registry.example.com/b.tgz',
      'https://mirror.example.com/c.tgz',
    );

    expect(findHosts(packages)).toEqual(['mirror.example.com', 'registry.example.com']);
  });

  it('finds none where packages are named by version or folder', () => {
    expect(findHosts(lockFile(undefined, 'libs/core'))).toEqual([]);
  });
});
