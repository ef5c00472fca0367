import type { FastifyRequest } from 'fastify';

import { AppError, ServerErrorCode, ServiceUnavailableError, type ErrorDetail } from '../errors.ts';

/** JSON body of every error response. */
export interface ErrorBody {
  code: string;
  message: string;
  details?: readonly ErrorDetail[];
  /** Only with a 5xx: identifies the log lines of this request. */
  request_id?: string;
}

export interface ErrorAnswer {
  status: number;
  headers: Record<string, string>;
  body: ErrorBody;
}

type ErrorRequest = Pick<FastifyRequest, 'id' | 'headers'>;

const FRAMEWORK_MESSAGES: Readonly<Record<number, string>> = {
  400: 'The request is malformed.',
  404: 'There is nothing at this address.',
  405: 'This address does not support this method.',
  408: 'The request took too long to arrive.',
  413: 'The request body is too large.',
  414: 'The address is too long.',
  415: 'The request body must be application/json.',
  417: 'The expectation of the request cannot be met.',
  429: 'Too many requests. Please try again later.',
  431: 'The request headers are too large.',
};

/** An answer in the contract's shape. A 5xx reveals its request id, and a module's 503 its text. */
export function toErrorAnswer(error: unknown, request: ErrorRequest): ErrorAnswer {
  if (error instanceof AppError && isMeantForClients(error.httpStatus)) {
    return toAppErrorAnswer(error, request);
  }
  const status = statusOf(error);
  if (status >= 400 && status < 500) {
    return { status, headers: authenticateHeader(status, request), body: frameworkBody(status) };
  }
  return toAppErrorAnswer(
    status === 503 ? new ServiceUnavailableError() : unexpectedError(),
    request,
  );
}

/** The body for an error status that the framework itself answers with. */
export function frameworkBody(status: number): ErrorBody {
  return {
    code: status === 429 ? ServerErrorCode.TOO_MANY_REQUESTS : `REQUEST_ERR_${status}`,
    message: FRAMEWORK_MESSAGES[status] ?? 'The request cannot be served.',
  };
}

/** Operators learn about server failures from the log. */
function isMeantForClients(status: number): boolean {
  return status < 500 || status === 503;
}

function unexpectedError(): AppError {
  return new AppError({
    code: ServerErrorCode.UNEXPECTED,
    httpStatus: 500,
    message: 'Something went wrong on our side. Please try again later.',
  });
}

function toAppErrorAnswer(error: AppError, request: ErrorRequest): ErrorAnswer {
  const { httpStatus: status, challenge } = error;
  return {
    status,
    headers: {
      ...error.headers,
      ...(challenge === undefined && authenticateHeader(status, request)),
    },
    body: {
      code: error.code,
      message: error.message,
      ...(error.details === undefined ? {} : { details: error.details }),
      ...(status >= 500 ? { request_id: request.id } : {}),
    },
  };
}

/** RFC 6750, section 3: `invalid_token` only if credentials were sent. */
function authenticateHeader(status: number, { headers }: ErrorRequest): Record<string, string> {
  if (status !== 401) {
    return {};
  }
  return { 'www-authenticate': headers.authorization ? 'Bearer error="invalid_token"' : 'Bearer' };
}

function statusOf(error: unknown): number {
  const status = (error as { statusCode?: unknown } | null | undefined)?.statusCode;
  return typeof status === 'number' ? status : 500;
}
