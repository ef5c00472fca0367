/** One failed field of a request, as it appears in an error's `details`. */
export interface ErrorDetail {
  /** JSON Pointer (RFC 6901) to the field, `""` for the body itself. */
  readonly path: string;
  readonly message: string;
}

export interface AppErrorOptions {
  /** Stable, documented code such as `ACCOUNT_ERR_02`; clients switch on it. */
  readonly code: string;
  /** Status that an HTTP layer answers with. */
  readonly httpStatus: number;
  /** Text for the client. Never contains secrets, stack frames or driver texts. */
  readonly message: string;
  /** What led here; logged, never sent. */
  readonly cause?: unknown;
  readonly details?: readonly ErrorDetail[] | undefined;
  /** Seconds after which the same request may succeed; sent as `Retry-After` (RFC 9110, 10.2.3). */
  readonly retryAfterSeconds?: number | undefined;
}

/** Base of every error that a module throws on purpose. */
export class AppError extends Error {
  readonly code: string;
  readonly httpStatus: number;
  /** The same, under the name that Fastify's and Express's own error handlers look for. */
  readonly statusCode: number;
  readonly details: readonly ErrorDetail[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(options: AppErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = options.code;
    this.httpStatus = options.httpStatus;
    this.statusCode = options.httpStatus;
    this.details = options.details;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** Codes of failures that belong to no module. */
export const ServerErrorCode = {
  UNEXPECTED: 'SERVER_ERR_01',
  UNAVAILABLE: 'SERVER_ERR_02',
  TOO_MANY_REQUESTS: 'RATE_LIMIT_ERR_01',
} as const;

/** A limit on how often something may be tried is reached. */
export class TooManyRequestsError extends AppError {
  constructor(options: { readonly retryAfterSeconds: number; readonly cause?: unknown }) {
    const seconds = Math.max(1, Math.ceil(options.retryAfterSeconds));
    super({
      code: ServerErrorCode.TOO_MANY_REQUESTS,
      httpStatus: 429,
      message: `Too many requests. Please try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
      cause: options.cause,
      retryAfterSeconds: seconds,
    });
  }
}

/** Something this request depends on cannot be reached at the moment; trying again later may help. */
export class ServiceUnavailableError extends AppError {
  constructor(options: { cause?: unknown; message?: string; retryAfterSeconds?: number } = {}) {
    super({
      code: ServerErrorCode.UNAVAILABLE,
      httpStatus: 503,
      message: options.message ?? 'The service is temporarily unavailable. Please try again later.',
      cause: options.cause,
      retryAfterSeconds: options.retryAfterSeconds ?? 1,
    });
  }
}
