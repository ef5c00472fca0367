import {
  AppError,
  clampPageSize,
  countSkipped,
  resolvePagination,
  type PaginationParams,
} from '@org/core';
import { describe, expect, it } from 'vitest';

function resolve(given: Partial<PaginationParams>): PaginationParams {
  return resolvePagination(
    given,
    (message, details) => new AppError({ code: 'LIST_ERR_01', httpStatus: 400, message, details }),
  );
}

describe(resolvePagination, () => {
  it('fills in what is not given', () => {
    expect(resolve({})).toEqual({ offset: 0, page: 1, size: 10 });
    expect(resolve({ page: 3 })).toEqual({ offset: 0, page: 3, size: 10 });
  });

  it('keeps what is given, and caps the size at 100', () => {
    expect(resolve({ offset: 7, page: 2, size: 100 })).toEqual({ offset: 7, page: 2, size: 100 });
    expect(resolve({ size: 101 }).size).toBe(100);
  });

  it.each([
    [{ offset: -1 }, '/offset', 'offset must be at least 0'],
    [{ page: 0 }, '/page', 'page must be at least 1'],
    [{ size: 0 }, '/size', 'size must be at least 1'],
    [{ page: 1.5 }, '/page', 'page must be an integer'],
    [{ size: Number.NaN }, '/size', 'size must be an integer'],
    [{ page: 2 ** 53 }, '/page', 'page must be an integer'],
  ])('refuses %j with the error of the module', (given, path, message) => {
    expect(() => resolve(given)).toThrow(
      expect.objectContaining({ code: 'LIST_ERR_01', message, details: [{ path, message }] }),
    );
  });
});

describe(countSkipped, () => {
  it('adds the offset to the pages before', () => {
    expect(countSkipped({ offset: 3, page: 1, size: 10 })).toBe(3);
    expect(countSkipped({ offset: 3, page: 4, size: 10 })).toBe(33);
  });
});

describe(clampPageSize, () => {
  it.each([
    [7, 7],
    [7.9, 7],
    [0, 1],
    [-5, 1],
    [101, 100],
    [Infinity, 100],
  ])('makes of %d a page of %d', (limit, size) => {
    expect(clampPageSize(limit, 100)).toBe(size);
  });
});
