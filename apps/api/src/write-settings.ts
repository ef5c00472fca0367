import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { format, resolveConfig } from 'prettier';

import { withSettingsTable, writeDotenvExample } from './settings/settings-documents.ts';

// Entry point of `npm run settings`: writes the settings documentation in README.md and
// .env.example.
const workspaceRoot = join(import.meta.dirname, '../../..');
const path = join(workspaceRoot, 'README.md');
const readme = withSettingsTable(await readFile(path, 'utf8'));
await writeFile(path, await format(readme, { ...(await resolveConfig(path)), parser: 'markdown' }));
await writeFile(join(workspaceRoot, '.env.example'), writeDotenvExample());
