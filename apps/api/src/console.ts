import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Beside the built program, and in the workspace. */
const FOLDERS = ['../console', '../../console/dist'].map((path) => join(import.meta.dirname, path));
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
const PAGE = 'index.html';

interface ConsoleFile {
  readonly type: string;
  readonly content: Buffer;
  readonly compressed: Buffer;
}

/**
 * The operators' console: its page at every address below `/console`, and what the page loads below
 * `/console/assets`, which is named by its content and so cached for ever. Nothing is served, and the
 * addresses are unknown, if the console is not built; the log says so.
 *
 * @param folders where it may lie; the first that has its page is read, once
 */
export async function registerConsole(
  app: FastifyInstance,
  folders: readonly string[] = FOLDERS,
): Promise<void> {
  const files = await readFiles(folders);
  const page = files.get(PAGE);
  if (page === undefined) {
    app.log.warn('There is no console: it is not built. Run `npx nx build @org/console`.');
    return;
  }
  const hidden = { schema: { hide: true } };
  const sendPage = async (request: FastifyRequest, reply: FastifyReply): Promise<Buffer> =>
    send(page, request, reply);
  app.get('/console', hidden, sendPage);
  app.get('/console/*', hidden, sendPage);
  app.get<{ Params: { name: string } }>('/console/assets/:name', hidden, async (request, reply) => {
    const file = files.get(`assets/${request.params.name}`);
    if (file === undefined) {
      reply.callNotFound();
      return reply;
    }
    reply.header('cache-control', 'public, max-age=31536000, immutable');
    return send(file, request, reply);
  });
}

function send(file: ConsoleFile, request: FastifyRequest, reply: FastifyReply): Buffer {
  const isCompressed = /\bgzip\b/.test(String(request.headers['accept-encoding']));
  reply
    .type(file.type)
    .header('content-security-policy', CONTENT_SECURITY_POLICY)
    .header('vary', 'accept-encoding');
  if (isCompressed) {
    reply.header('content-encoding', 'gzip');
  }
  return isCompressed ? file.compressed : file.content;
}

/** Less than a megabyte: kept in memory, so that no request names a file of the disk. */
async function readFiles(folders: readonly string[]): Promise<ReadonlyMap<string, ConsoleFile>> {
  for (const folder of folders) {
    const names = await readdir(folder, { recursive: true }).catch(() => []);
    const known = names.filter((name) => TYPES[extname(name)] !== undefined);
    if (known.includes(PAGE)) {
      return new Map(await Promise.all(known.map(async (name) => readOne(folder, name))));
    }
  }
  return new Map();
}

async function readOne(folder: string, name: string): Promise<readonly [string, ConsoleFile]> {
  const content = await readFile(join(folder, name));
  const compressed = await promisify(gzip)(content);
  return [name, { type: TYPES[extname(name)] ?? '', content, compressed }];
}
