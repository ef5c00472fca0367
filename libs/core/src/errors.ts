/** One invalid field of a request, as listed in an error's `details`. */
export interface ErrorDetail {
  /** JSON Pointer (RFC 6901) to the field, `""` for the body itself. */
  readonly path: string;
  readonly message: string;
}

export interface AppErrorOptions {
  /** Stable, documented code such as `ACCOUNT_ERR_02`; clients switch on it. */
  readonly code: string;
  readonly httpStatus: number;
  /** Text for the client. Never contains secrets, stack frames or driver messages. */
  readonly message: string;
  /** The underlying cause; logged, never sent. */
  readonly cause?: unknown;
  readonly details?: readonly ErrorDetail[] | undefined;
  /** Seconds after which the same request may succeed; sent as `Retry-After` (RFC 9110, 10.2.3). */
  readonly retryAfterSeconds?: number | undefined;
  /**
   * What the client is asked for; sent as `WWW-Authenticate` (RFC 9110, 11.6.1). Default: `Bearer`
   * with a 401, otherwise nothing.
   */
  readonly challenge?: string | undefined;
}

/** Base class of all errors that modules throw on purpose. */
export class AppError extends Error {
  readonly code: string;
  readonly httpStatus: number;
  /** `httpStatus` under the name that Fastify's and Express's error handlers look for. */
  readonly statusCode: number;
  readonly details: readonly ErrorDetail[] | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly challenge: string | undefined;

  constructor(options: AppErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = options.code;
    this.httpStatus = options.httpStatus;
    this.statusCode = options.httpStatus;
    this.details = options.details;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.challenge = options.challenge;
  }

  /** What to answer with, under the name that Fastify's and Express's error handlers look for. */
  get headers(): Readonly<Record<string, string>> {
    const { challenge = this.httpStatus === 401 ? 'Bearer' : undefined } = this;
    return {
      ...(challenge !== undefined && { 'www-authenticate': challenge }),
      ...(this.retryAfterSeconds !== undefined && {
        'retry-after': String(this.retryAfterSeconds),
      }),
    };
  }
}

/** What is known about all errors of one code. */
export interface ErrorType {
  readonly code: string;
  readonly httpStatus: number;
}

export interface DefinedError extends ErrorType {
  new (message: string, options?: Omit<AppErrorOptions, keyof ErrorType | 'message'>): AppError;
}

/**
 * Defines the base class for the errors of one code. The README and the OpenAPI document refer to
 * it by that code.
 *
 * @example
 * export class NoteNotFoundError extends defineError('NOTE_ERR_01', 404) {
 *   constructor(id: string) {
 *     super(`We could not find a note with id: ${id}.`);
 *   }
 * }
 */
export function defineError(code: string, httpStatus: number): DefinedError {
  return class extends AppError {
    static readonly code = code;
    static readonly httpStatus = httpStatus;

    constructor(message: string, options: Omit<AppErrorOptions, keyof ErrorType | 'message'> = {}) {
      super({ ...options, code, httpStatus, message });
    }
  };
}

/** Codes of failures that belong to no module. */
export const ServerErrorCode = {
  UNEXPECTED: 'SERVER_ERR_01',
  UNAVAILABLE: 'SERVER_ERR_02',
  TOO_MANY_REQUESTS: 'RATE_LIMIT_ERR_01',
} as const;

export class TooManyRequestsError extends defineError(ServerErrorCode.TOO_MANY_REQUESTS, 429) {
  constructor(options: { readonly retryAfterSeconds: number; readonly cause?: unknown }) {
    const seconds = Math.max(1, Math.ceil(options.retryAfterSeconds));
    const unit = seconds === 1 ? 'second' : 'seconds';
    super(`Too many requests. Please try again in ${seconds} ${unit}.`, {
      cause: options.cause,
      retryAfterSeconds: seconds,
    });
  }
}

/** Something that this request depends on is currently unavailable; trying again later may help. */
export class ServiceUnavailableError extends defineError(ServerErrorCode.UNAVAILABLE, 503) {
  constructor({
    message = 'The service is temporarily unavailable. Please try again later.',
    cause,
    retryAfterSeconds = 1,
  }: { cause?: unknown; message?: string; retryAfterSeconds?: number } = {}) {
    super(message, { cause, retryAfterSeconds });
  }
}
