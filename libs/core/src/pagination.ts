import type { AppError, ErrorDetail } from './errors.ts';

export interface PaginationParams {
  /** Items to skip before the first page. */
  readonly offset: number;
  /** Starts at 1. */
  readonly page: number;
  readonly size: number;
}

const DEFAULTS: PaginationParams = { offset: 0, page: 1, size: 10 };
const MINIMUMS: PaginationParams = { offset: 0, page: 1, size: 1 };
const MAXIMUM_SIZE = 100;

/**
 * Fills in defaults (offset 0, page 1, size 10) and caps the size at 100.
 *
 * @param refuse makes the module's own error for a number that is too small or not an integer
 */
export function resolvePagination(
  given: Partial<PaginationParams>,
  refuse: (message: string, details: readonly ErrorDetail[]) => AppError,
): PaginationParams {
  const resolve = (field: keyof PaginationParams): number => {
    const { [field]: value = DEFAULTS[field] } = given;
    const problem = findProblem(value, MINIMUMS[field]);
    if (problem !== undefined) {
      const message = `${field} ${problem}`;
      throw refuse(message, [{ path: `/${field}`, message }]);
    }
    return value;
  };
  return {
    offset: resolve('offset'),
    page: resolve('page'),
    size: Math.min(resolve('size'), MAXIMUM_SIZE),
  };
}

/** Rounds down, and keeps to 1 … `maximum`. */
export function clampPageSize(limit: number, maximum: number): number {
  return Math.max(1, Math.min(Math.trunc(limit), maximum));
}

export function countSkipped({ offset, page, size }: PaginationParams): number {
  return offset + (page - 1) * size;
}

function findProblem(value: number, minimum: number): string | undefined {
  if (!Number.isSafeInteger(value)) {
    return 'must be an integer';
  }
  return value < minimum ? `must be at least ${minimum}` : undefined;
}
