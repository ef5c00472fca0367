import type { Setting } from '@org/core';

import { settings } from './settings.ts';

const HEADING = '\n## Settings\n';
const EXAMPLE_HEAD = `# Copy to .env and set what you need; README.md tells what each is.
# The environment itself goes before this file. Any setting may be in a file instead: NAME_FILE=path.
`;

const all = Object.entries(settings as Readonly<Record<string, Setting>>);

/** README.md with an up-to-date settings table; format it afterwards. */
export function withSettingsTable(readme: string): string {
  const start = readme.indexOf('\n| name ', readme.indexOf(HEADING)) + 1;
  const end = readme.indexOf('\n\n', start);
  const rows = all.map(
    ([name, { byDefault, description }]) =>
      `| \`${name}\` | ${byDefault ? `\`${byDefault}\`` : 'unset'} | ${description} |`,
  );
  const table = ['| name | default | meaning |', '| --- | --- | --- |', ...rows].join('\n');
  return readme.slice(0, start) + table + readme.slice(end);
}

/** The contents of .env.example. */
export function writeDotenvExample(): string {
  const entries = all.map(
    ([name, { byDefault = '', description }]) => `\n# ${description}\n# ${name}=${byDefault}\n`,
  );
  return [EXAMPLE_HEAD, ...entries].join('');
}
