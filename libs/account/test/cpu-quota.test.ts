import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import * as argon2 from 'argon2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import * as cpuQuota from '../src/internal/password/cpu-quota.ts';
import { HashingProcess } from '../src/internal/password/hashing-process.ts';
import { PasswordHasher } from '../src/internal/password/password-hasher.ts';

vi.mock('argon2', { spy: true });
vi.mock('../src/internal/password/cpu-quota.ts', { spy: true });
vi.mock('node:os', { spy: true });

const { hasCpuQuota } = cpuQuota;

const SERVICE = '0::/system.slice/org.service\n';
const V1 = '3:cpuset:/\n2:cpu,cpuacct:/docker/abc\n0::/docker/abc\n';

describe(hasCpuQuota, () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'org-cgroup-'));
  });

  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  const own = 'sys/fs/cgroup/system.slice/org.service/cpu.max';

  it.each([
    ['of its own group', { 'sys/fs/cgroup/cpu.max': '50000 100000\n', groups: '0::/\n' }, true],
    ['of a service', { [own]: '150000 100000\n', groups: SERVICE }, true],
    [
      'of a group above',
      {
        [own]: 'max 100000\n',
        'sys/fs/cgroup/system.slice/cpu.max': '50000 100000\n',
        groups: SERVICE,
      },
      true,
    ],
    ['that has no limit', { [own]: 'max 100000\n', groups: SERVICE }, false],
    ['of another group', { 'sys/fs/cgroup/b/cpu.max': '50000 100000\n', groups: SERVICE }, false],
    ['of v1', { 'sys/fs/cgroup/cpu/docker/abc/cpu.cfs_quota_us': '50000\n', groups: V1 }, true],
    [
      'of v1, in a container',
      { 'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '50000\n', groups: V1 },
      true,
    ],
    ['of v1, unlimited', { 'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n', groups: V1 }, false],
    ['without cgroups', { groups: '' }, false],
  ])('sees a quota %s', (_what, { groups, ...limits }, expected) => {
    for (const [path, content] of Object.entries({ ...limits, 'proc/self/cgroup': groups })) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    }

    expect(hasCpuQuota(root)).toBe(expected);
  });

  it('reads those of this process', () => {
    expect(hasCpuQuota('/nowhere')).toBe(false);
    expect(hasCpuQuota()).toBeTypeOf('boolean');
  });
});

describe('a hasher that may have a process', () => {
  const cheap = { memoryKibibytes: 8, iterations: 1, usesChildProcess: true };

  async function mostAtOnce(hasher: PasswordHasher): Promise<number> {
    let running = 0;
    let most = 0;
    const { hash } = await vi.importActual<typeof argon2>('argon2');
    vi.mocked(argon2.hash).mockImplementation(async (password, options) => {
      running += 1;
      most = Math.max(most, running);
      const hashed = await hash(password, { ...options, raw: false });
      running -= 1;
      return hashed;
    });
    await Promise.all(Array.from({ length: 12 }, () => hasher.hash('secret')));
    return most;
  }

  beforeEach(() => {
    vi.mocked(availableParallelism).mockReturnValue(4);
  });

  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('has none under a quota', async () => {
    vi.mocked(cpuQuota.hasCpuQuota).mockReturnValue(true);
    const computed = vi.spyOn(HashingProcess.prototype, 'compute');

    expect(await mostAtOnce(new PasswordHasher(cheap))).toBe(3);
    expect(computed).not.toHaveBeenCalled();
  });

  it('hashes on all cores in it, and leaves one free without it', async () => {
    vi.mocked(cpuQuota.hasCpuQuota).mockReturnValue(false);
    const computed = vi.spyOn(HashingProcess.prototype, 'compute').mockResolvedValue(undefined);
    const hasher = new PasswordHasher(cheap);

    expect(await mostAtOnce(hasher)).toBe(3);
    expect(computed).toHaveBeenCalledTimes(12);

    let release: ((hash: string) => void) | undefined;
    computed.mockClear();
    computed.mockReturnValue(new Promise((resolve) => (release = resolve)));
    const hashes = Promise.all(Array.from({ length: 12 }, () => hasher.hash('secret')));
    await expect.poll(() => computed).toHaveBeenCalled();
    await new Promise((resolve) => setImmediate(resolve));
    expect(computed).toHaveBeenCalledTimes(4);
    release?.('$argon2id$');
    await hashes;
  });
});
