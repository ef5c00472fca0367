const MAXIMUM_ERROR_LENGTH = 2_000;

/**
 * A row started this many times without ever ending, in success or failure, is assumed to crash its
 * worker. Restarts alone do not get there, nor do rows that were in flight beside it.
 */
export const MAXIMUM_UNFINISHED_ATTEMPTS = 200;

/** The part of an error that is stored: its text, truncated if long. */
export function describeFailure(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.slice(0, MAXIMUM_ERROR_LENGTH);
}
