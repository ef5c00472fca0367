import { isUtf8 } from 'node:buffer';

import type { FastifyInstance } from 'fastify';
import { parse } from 'secure-json-parse';

import { AppError } from '../errors.ts';
import { frameworkBody } from './error-body.ts';

/**
 * Replaces Fastify's body parsers with one for JSON that also rejects, with 400, what the built-in
 * one lets through: invalid UTF-8 and lone surrogates, which MongoDB stores as U+FFFD.
 * Prototype-polluting keys are still rejected. Any other media type is a 415.
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
  const text = body.toString('utf8');
  const value: unknown = parse(text, { protoAction: 'error', constructorAction: 'error' });
  // Valid UTF-8 has no surrogates, so any must have been escaped.
  if (/\\u[dD]/.test(text) && !isWellFormed(value)) {
    throw new SyntaxError('The body has a lone surrogate.');
  }
  return value;
}

/** Whether all strings and keys are well-formed Unicode, at any depth, without recursion. */
function isWellFormed(body: unknown): boolean {
  const rest: unknown[] = [body];
  while (rest.length > 0) {
    const value = rest.pop();
    if (typeof value === 'string' && !value.isWellFormed()) {
      return false;
    }
    if (typeof value === 'object' && value !== null) {
      for (const [key, child] of Object.entries(value)) {
        rest.push(key, child);
      }
    }
  }
  return true;
}

function malformed(cause: unknown): AppError {
  const { code } = frameworkBody(400);
  const message = 'The request body is not valid JSON.';
  return new AppError({ code, httpStatus: 400, message, cause });
}
