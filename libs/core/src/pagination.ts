import type { AppError, ErrorDetail } from './errors.ts';

/** Which part of a list is asked for, and which part an answer holds. */
export interface PaginationParams {
  /** Items left out before the first page. */
  readonly offset: number;
  /** Counted from 1. */
  readonly page: number;
  /** Items on a page. */
  readonly size: number;
}

const DEFAULTS: PaginationParams = { offset: 0, page: 1, size: 10 };
const MINIMUMS: PaginationParams = { offset: 0, page: 1, size: 1 };
const MAXIMUM_SIZE = 100;

/**
 * Fills in what is not given (offset 0, page 1, size 10) and caps the size at 100.
 *
 * @param refuse makes the module's own error for a number that is no integer or too small
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

/** How many items lie before those of the page. */
export function countSkipped({ offset, page, size }: PaginationParams): number {
  return offset + (page - 1) * size;
}

function findProblem(value: number, minimum: number): string | undefined {
  if (!Number.isSafeInteger(value)) {
    return 'must be an integer';
  }
  return value < minimum ? `must be at least ${minimum}` : undefined;
}
