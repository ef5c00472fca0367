import { readFileSync } from 'node:fs';

import { inWorkspace } from '@org/harness';

import { findHosts } from './lock-file-hosts.ts';
import { conclude } from './workspace.ts';

const hosts = findHosts(readFileSync(inWorkspace('package-lock.json'), 'utf8'));
const problem =
  `package-lock.json names where packages came from: ${hosts.join(', ')}. Run npm install with the ` +
  "repository's .npmrc (omit-lockfile-registry-resolved=true), so that it installs from any registry.";
conclude(hosts.length === 0 ? [] : [problem]);
