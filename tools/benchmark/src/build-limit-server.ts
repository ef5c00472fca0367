import { build, type BuildOptions } from 'esbuild';

import { LIMIT_FILES } from './servers/server-definition.ts';

const COMMON: BuildOptions = {
  entryPoints: [LIMIT_FILES.source],
  platform: 'node',
  format: 'esm',
  target: 'node24',
  logLevel: 'warning',
};

/** Makes the limit server's JavaScript: plain, and built as `apps/api/build.js` builds the program. */
export async function buildLimitServer(): Promise<void> {
  await build({ ...COMMON, outfile: LIMIT_FILES.plain, bundle: false });
  await build({
    ...COMMON,
    outfile: LIMIT_FILES.built,
    bundle: true,
    external: ['argon2'],
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    minifyWhitespace: true,
    minifySyntax: true,
    sourcemap: 'linked',
  });
}
