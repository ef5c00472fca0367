import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { format, resolveConfig } from 'prettier';

import { buildOpenApiDocument } from './openapi-document.ts';

// Entry point of `npm run openapi`: writes the document that is served at /api/openapi.json and
// that the client's types are generated from.
const path = join(import.meta.dirname, 'openapi.json');
const document = JSON.stringify(await buildOpenApiDocument());
await writeFile(path, await format(document, { ...(await resolveConfig(path)), parser: 'json' }));
