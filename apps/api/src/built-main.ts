/**
 * Where the built program begins. Node keeps what V8 made of the sources in a folder beside them, if
 * it can write there, and the next start need not compile them again. Nobody else may write to that
 * folder: what lies in it is run.
 */
import nodeModule from 'node:module';
import { join } from 'node:path';

const NODE_MAJOR = 24;

// Nothing that an older Node lacks may be imported by name here: it would fail before it is told.
if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR) {
  process.stderr.write(
    `This program needs Node ${NODE_MAJOR} or later, and this is Node ${process.versions.node}.\n`,
  );
  process.exit(1);
}
nodeModule.enableCompileCache(join(import.meta.dirname, 'compile-cache'));

await import('./main.ts');
