import { isUtf8 } from 'node:buffer';

import type { FastifyInstance } from 'fastify';
import { parse } from 'secure-json-parse';

import { AppError } from '../errors.ts';
import { frameworkBody } from './error-body.ts';

/**
 * Replaces Fastify's body parsers by one for JSON that refuses with 400 what the built-in one lets
 * through: invalid UTF-8, which it stores as U+FFFD. Keys that pollute prototypes are refused as
 * before. Every other media type is a 415.
 */
export function useStrictJsonParser(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseJson(body as Buffer));
    } catch (error) {
      done(malformed(error));
    }
  });
}

function parseJson(body: Buffer): unknown {
  if (!isUtf8(body)) {
    throw new SyntaxError('The body is not valid UTF-8.');
  }
  return parse(body.toString('utf8'), { protoAction: 'error', constructorAction: 'error' });
}

function malformed(cause: unknown): AppError {
  const { code } = frameworkBody(400);
  return new AppError({
    code,
    httpStatus: 400,
    message: 'The request body is not valid JSON.',
    cause,
  });
}
