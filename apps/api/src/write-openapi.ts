import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { format, resolveConfig } from 'prettier';

import { buildOpenApiDocument } from './openapi-document.ts';

// The entry of `npm run openapi`: what is served at /api/openapi.json, and what the client's types
// are made from.
const path = join(import.meta.dirname, 'openapi.json');
const document = JSON.stringify(await buildOpenApiDocument());
await writeFile(path, await format(document, { ...(await resolveConfig(path)), parser: 'json' }));
