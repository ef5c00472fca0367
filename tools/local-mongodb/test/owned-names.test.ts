import { describe, expect, it } from 'vitest';

import { makeOwnedName, readOwner } from '../src/processes.ts';

describe(makeOwnedName, () => {
  it('makes names that belong to this process and differ', () => {
    const name = makeOwnedName('folder');
    expect(readOwner(name)).toEqual({ pid: process.pid, alive: true });
    expect(makeOwnedName('folder')).not.toBe(name);
  });
});

describe(readOwner, () => {
  it('tells a process from an earlier one with the same pid', () => {
    const name = makeOwnedName('folder').replace(/-(\d+)-([0-9a-f]{12})$/, '-1-$2');
    expect(readOwner(name)).toEqual({ pid: process.pid, alive: false });
  });

  it('knows no owner of any other name', () => {
    expect(readOwner('folder.owner-1')).toBeUndefined();
  });
});
