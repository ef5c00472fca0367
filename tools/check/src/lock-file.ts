import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { findHosts } from './lock-file-hosts.ts';

const path = join(import.meta.dirname, '../../../package-lock.json');
const hosts = findHosts(readFileSync(path, 'utf8'));
if (hosts.length > 0) {
  process.stderr.write(
    `package-lock.json names where packages came from: ${hosts.join(', ')}. Run npm install with the ` +
      "repository's .npmrc (omit-lockfile-registry-resolved=true), so that it installs from any registry.\n",
  );
  process.exitCode = 1;
}
