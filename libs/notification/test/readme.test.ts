import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, it } from 'vitest';

it('the README’s example compiles: it is a file of the tests', async () => {
  const [readme, example] = await Promise.all(
    ['../README.md', 'invoice-paid.ts'].map((path) =>
      readFile(join(import.meta.dirname, path), 'utf8'),
    ),
  );

  expect(readme).toContain(example!.slice(example!.indexOf('import')));
});
