import type { Server } from 'node:http';
import { Readable } from 'node:stream';
import { setImmediate as turnOfTheEventLoop } from 'node:timers/promises';

import type { FastifyReply } from 'fastify';

import { judgeAgain } from './second-judgement.ts';

/** Characters written at once; a single list element may be longer. */
const CHUNK_LENGTH = 32 * 1024;

/** The answers being sent, by server. */
const underWay = new WeakMap<Server, Set<Readable>>();

/**
 * Sends JSON of any length, as fast as the client takes it. An iterable in `body` stands for a list
 * and yields its elements in pages. Other requests get their turn in between: serializing a hundred
 * large documents at once would block them all. An error before the first byte is answered like any
 * other; after that, the connection is dropped, so that nobody mistakes a part for the whole. It is
 * also dropped once the sender may no longer read the answer.
 *
 * @param onEnd called once, when the answer has been sent or abandoned
 */
export async function streamJson(
  reply: FastifyReply,
  body: object,
  onEnd: () => Promise<void> = async () => undefined,
): Promise<FastifyReply> {
  const chunks = inChunks(writeJson(body), () => judgeAgain(reply.request), onEnd);
  const first = await chunks.next();
  const { raw, request, server } = reply;
  reply.type('application/json; charset=utf-8');
  if (raw.headersSent || raw.destroyed || request.method === 'HEAD') {
    // Already answered elsewhere, the client is gone, or the body is not wanted.
    await chunks.return();
    return raw.headersSent ? reply : reply.send(Readable.from([]));
  }
  const stream = Readable.from(startingWith(first, chunks), { objectMode: false });
  const streams = underWay.get(server.server) ?? new Set();
  underWay.set(server.server, streams.add(stream));
  stream.once('close', () => streams.delete(stream));
  return reply.send(stream);
}

export function breakOffStreams(server: Server): void {
  for (const stream of underWay.get(server) ?? []) {
    stream.destroy(new Error('The server is stopping.'));
  }
}

async function* startingWith(
  first: IteratorResult<string, void>,
  others: AsyncGenerator<string, void, undefined>,
): AsyncGenerator<string, void, undefined> {
  try {
    if (first.done !== true) {
      yield first.value;
      yield* others;
    }
  } finally {
    await others.return();
  }
}

/** Joins pieces; checks the sender before each chunk, and lets other requests run after it. */
async function* inChunks(
  pieces: AsyncIterable<string>,
  judge: () => Promise<void>,
  onEnd: () => Promise<void>,
): AsyncGenerator<string, void, undefined> {
  let chunk = '';
  try {
    for await (const piece of pieces) {
      chunk += piece;
      if (chunk.length >= CHUNK_LENGTH) {
        await judge();
        yield chunk;
        chunk = '';
        await turnOfTheEventLoop();
      }
    }
    await judge();
    yield chunk;
  } finally {
    await onEnd();
  }
}

async function* writeJson(value: unknown): AsyncGenerator<string, void, undefined> {
  if (Array.isArray(value)) {
    yield* writePages([value]);
  } else if (isPaged(value)) {
    yield* writePages(value);
  } else if (isRecord(value)) {
    let separator = '{';
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    for (const [key, field] of fields) {
      yield `${separator}${JSON.stringify(key)}:`;
      yield* writeJson(field);
      separator = ',';
    }
    yield separator === '{' ? '{}' : '}';
  } else {
    yield JSON.stringify(value);
  }
}

async function* writePages(
  pages: AsyncIterable<readonly unknown[]> | Iterable<readonly unknown[]>,
): AsyncGenerator<string, void, undefined> {
  let separator = '[';
  for await (const page of pages) {
    for (const element of page) {
      yield separator + JSON.stringify(element);
      separator = ',';
    }
  }
  yield separator === '[' ? '[]' : ']';
}

function isPaged(value: unknown): value is AsyncIterable<readonly unknown[]> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** Whether its fields may be pages: not a date, an array or anything with its own JSON form. */
function isRecord(value: unknown): value is object {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}
