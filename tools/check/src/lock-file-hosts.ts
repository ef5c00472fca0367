interface LockFile {
  readonly packages: Readonly<Record<string, { readonly resolved?: string }>>;
}

/** Hosts that a package-lock.json names, sorted; folders of the workspace are none. */
export function findHosts(lockFile: string): readonly string[] {
  const { packages } = JSON.parse(lockFile) as LockFile;
  const hosts = Object.values(packages).flatMap(({ resolved = '' }) =>
    URL.canParse(resolved) ? [new URL(resolved).host] : [],
  );
  return [...new Set(hosts)].sort();
}
