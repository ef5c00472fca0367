import { build } from 'esbuild';

const OUTPUT = new URL('../dist/limit-server.js', import.meta.url).pathname;

/**
 * Builds the limit server to one file, as `apps/api/build.js` builds the program.
 *
 * @returns the file, in this package, where the external modules are found
 */
export async function bundleLimitServer(): Promise<string> {
  await build({
    entryPoints: [new URL('limit-server.ts', import.meta.url).pathname],
    outfile: OUTPUT,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    external: ['argon2'],
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    minifyWhitespace: true,
    minifySyntax: true,
    sourcemap: 'linked',
    logLevel: 'warning',
  });
  return OUTPUT;
}
