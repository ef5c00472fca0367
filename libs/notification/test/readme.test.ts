import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, it } from 'vitest';

it.each(['invoice-paid.ts', 'own-providers/postmark-provider.ts', 'own-providers/ses-provider.ts'])(
  'the README’s example compiles: it is %s of the tests',
  async (path) => {
    const [readme, example] = await Promise.all(
      ['../README.md', path].map((each) => readFile(join(import.meta.dirname, each), 'utf8')),
    );

    expect(readme).toContain(example!.slice(example!.indexOf('import')));
  },
);
