// Prints which CommonJS files importing the library has loaded.
import { createRequire } from 'node:module';

await import('@org/notification');
const { cache } = createRequire(import.meta.url);
console.log(JSON.stringify(Object.keys(cache)));
