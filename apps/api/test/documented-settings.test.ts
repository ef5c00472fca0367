import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';

import { withSettingsTable, writeDotenvExample } from '../src/settings/settings-documents.ts';
import { settingNames } from '../src/settings/settings.ts';

const workspaceRoot = join(import.meta.dirname, '../../..');
const readme = readFileSync(join(workspaceRoot, 'README.md'), 'utf8');

describe('the documented settings', () => {
  it('are those of the program, in README.md: npm run settings', async () => {
    const options = { ...(await resolveConfig(join(workspaceRoot, 'README.md'))) };

    const written = await format(withSettingsTable(readme), { ...options, parser: 'markdown' });

    expect(written).toBe(readme);
    expect(settingNames.filter((name) => !written.includes(`| \`${name}\` `))).toEqual([]);
  });

  it('are those of the program, in .env.example: npm run settings', () => {
    const example = readFileSync(join(workspaceRoot, '.env.example'), 'utf8');

    expect(example).toBe(writeDotenvExample());
  });
});
