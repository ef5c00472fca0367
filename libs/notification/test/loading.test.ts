import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, it } from 'vitest';

it('importing the library loads no vendor’s package', async () => {
  const program = join(import.meta.dirname, 'programs/print-loaded-packages.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--conditions=@org/source',
    program,
  ]);

  const loaded = JSON.parse(stdout) as string[];
  expect(loaded.filter((file) => /nodemailer|web-push|fastify|vitest/.test(file))).toEqual([]);
  expect(loaded.some((file) => file.includes('/node_modules/mongodb/'))).toBe(true);
});
