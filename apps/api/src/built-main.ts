/**
 * Where the built program begins. Node keeps what V8 made of the sources in a folder beside them, if
 * it can write there, and the next start need not compile them again. Nobody else may write to that
 * folder: what lies in it is run.
 */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

enableCompileCache(join(import.meta.dirname, 'compile-cache'));

await import('./main.ts');
