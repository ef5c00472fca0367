import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

import type { Setting } from '@org/core';
import { describe, expect, it } from 'vitest';

import { settingNames, settings } from '../src/settings/settings.ts';

const workspaceRoot = join(import.meta.dirname, '../../..');

const expectedRows = Object.entries(settings as Readonly<Record<string, Setting>>).map(
  ([name, { description, byDefault }]) => [
    `\`${name}\``,
    byDefault ? `\`${byDefault}\`` : 'unset',
    description,
  ],
);

describe('the documented settings', () => {
  it('are those of the program, in README.md', () => {
    const readme = readFileSync(join(workspaceRoot, 'README.md'), 'utf8');
    const section = readme.split('\n## Settings\n')[1]?.split('\n## ')[0] ?? '';
    const rows = section
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) =>
        line
          .slice(1, -1)
          .split('|')
          .map((cell) => cell.trim()),
      );

    expect(rows).toEqual(expectedRows);
  });

  it('are those of the program, in .env.example', () => {
    const example = readFileSync(join(workspaceRoot, '.env.example'), 'utf8');
    const uncommented = example.replaceAll(/^# ?(?=[A-Z_]+=)/gm, '');

    expect(Object.keys(parseEnv(uncommented)).sort()).toEqual([...settingNames].sort());
  });
});
