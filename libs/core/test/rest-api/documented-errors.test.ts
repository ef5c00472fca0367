import { documentErrors } from '@org/core/rest-api';
import { describe, expect, it } from 'vitest';

const reply = { type: 'object' };

function codesOf(schema: object): Record<string, string[]> {
  const { response } = schema as {
    response: Record<string, { properties?: { code: { enum: string[] } } }>;
  };
  return Object.fromEntries(
    Object.entries(response).flatMap(([status, { properties }]) =>
      properties === undefined ? [] : [[status, properties.code.enum]],
    ),
  );
}

describe(documentErrors, () => {
  it("adds a route's own errors and those that any route has", () => {
    const schema = documentErrors({
      schema: { response: { 200: reply } },
      route: { config: { errors: { 404: ['NOTE_ERR_01'] } } },
    });

    expect(schema.response).toMatchObject({ 200: reply });
    expect(codesOf(schema)).toEqual({
      400: ['REQUEST_ERR_400'],
      404: ['NOTE_ERR_01'],
      429: ['RATE_LIMIT_ERR_01'],
      500: ['SERVER_ERR_01'],
      503: ['SERVER_ERR_02'],
    });
  });

  it('adds what can be wrong with a body, beside what the route says of it', () => {
    const schema = documentErrors({
      schema: { body: {}, response: { 201: reply } },
      route: { config: { errors: { 400: ['NOTE_ERR_02'] } } },
    });

    expect(codesOf(schema)).toMatchObject({
      400: ['NOTE_ERR_02', 'REQUEST_ERR_400'],
      413: ['REQUEST_ERR_413'],
      415: ['REQUEST_ERR_415'],
    });
  });

  it('adds the header of a route that takes a key, and what can be wrong with it', () => {
    const schema = documentErrors({
      schema: { response: { 201: reply } },
      route: { config: { errors: { 409: ['NOTE_ERR_03'] }, idempotentStatus: 201 } },
    });

    expect(schema.headers).toMatchObject({
      properties: { 'Idempotency-Key': { minLength: 1, maxLength: 255 } },
    });
    expect(codesOf(schema)).toMatchObject({
      400: ['REQUEST_ERR_400'],
      409: ['NOTE_ERR_03', 'REQUEST_ERR_409'],
      422: ['REQUEST_ERR_422'],
    });
    expect(documentErrors({ schema: {}, route: {} })).not.toHaveProperty('headers');
  });

  it('adds errors beside a page that the route answers with the same status', () => {
    const page = { content: { 'text/html': { schema: { type: 'string' } } } };

    const schema = documentErrors({
      schema: { response: { 200: page, 400: page } },
      route: { config: { errors: { 400: ['NOTE_ERR_02'] } } },
    });

    expect(schema.response).toMatchObject({
      200: page,
      400: {
        description: 'NOTE_ERR_02, REQUEST_ERR_400',
        content: {
          ...page.content,
          'application/json': {
            schema: { properties: { code: { enum: ['NOTE_ERR_02', 'REQUEST_ERR_400'] } } },
          },
        },
      },
    });
  });
});
