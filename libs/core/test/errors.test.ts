import { describe, expect, it } from 'vitest';

import { AppError, ServiceUnavailableError } from '@org/core';

class TeapotError extends AppError {}

describe(AppError, () => {
  it('carries code, status, message, details and cause', () => {
    const cause = new Error('no coffee');
    const details = [{ path: '/kind', message: 'kind must be tea' }];

    const error = new TeapotError({
      code: 'TEA_ERR_01',
      httpStatus: 418,
      message: 'I am a teapot.',
      cause,
      details,
    });

    expect(error).toMatchObject({
      name: 'TeapotError',
      code: 'TEA_ERR_01',
      httpStatus: 418,
      statusCode: 418,
      message: 'I am a teapot.',
      cause,
      details,
    });
  });

  it.each([
    [{ httpStatus: 400 }, {}],
    [{ httpStatus: 401 }, { 'www-authenticate': 'Bearer' }],
    [
      { httpStatus: 403, challenge: 'Bearer max_age=1' },
      { 'www-authenticate': 'Bearer max_age=1' },
    ],
    [{ httpStatus: 429, retryAfterSeconds: 7 }, { 'retry-after': '7' }],
  ])('gives %j the headers %j', (options, headers) => {
    expect(new TeapotError({ code: 'TEA_ERR_01', message: '', ...options }).headers).toEqual(
      headers,
    );
  });
});

describe(ServiceUnavailableError, () => {
  it('tells when to try again', () => {
    expect(new ServiceUnavailableError()).toMatchObject({
      code: 'SERVER_ERR_02',
      httpStatus: 503,
      retryAfterSeconds: 1,
    });
  });
});
