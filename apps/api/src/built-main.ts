/**
 * Entry point of the built program. Node caches the compiled code in a folder beside the sources,
 * if it can write there, so that the next start need not compile it again. Nobody else may write to
 * that folder: its contents are executed.
 */
import nodeModule from 'node:module';
import { join } from 'node:path';

const NODE_MAJOR = 24;

// Importing anything by name that an older Node lacks would fail before the message is shown.
if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR) {
  process.stderr.write(
    `This program needs Node ${NODE_MAJOR} or later, and this is Node ${process.versions.node}.\n`,
  );
  process.exit(1);
}
nodeModule.enableCompileCache(join(import.meta.dirname, 'compile-cache'));

await import('./main.ts');
