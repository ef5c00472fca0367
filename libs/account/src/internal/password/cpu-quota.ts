import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Whether the processor time of this process is limited: by cgroup v2 (`cpu.max`) or v1
 * (`cpu.cfs_quota_us`), for its own group or one above.
 *
 * @param root of the file system
 */
export function hasCpuQuota(root = '/'): boolean {
  const groups = read(join(root, 'proc/self/cgroup')).matchAll(/^\d+:([^:\n]*):(.*)$/gm);
  return [...groups].some(([, controllers = '', group = '']) => {
    const isV2 = controllers === '';
    const isOfCpu = isV2 || controllers.split(',').includes('cpu');
    const [hierarchy, file] = isV2 ? ['', 'cpu.max'] : ['cpu', 'cpu.cfs_quota_us'];
    const limits = pathsUp(group).map((path) =>
      read(join(root, 'sys/fs/cgroup', hierarchy, path, file)),
    );
    // Unlimited is `max` in v2, -1 in v1.
    return isOfCpu && limits.some((limit) => /^\d/.test(limit));
  });
}

/** The path and those above it: a container may see its own group as the root. */
function pathsUp(path: string): readonly string[] {
  const above = dirname(path);
  return above === path ? [path] : [path, ...pathsUp(above)];
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
