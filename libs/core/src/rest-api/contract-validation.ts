import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import fastJsonStringify from 'fast-json-stringify';
import type { FastifyInstance } from 'fastify';

import type { AppError, ErrorDetail } from '../errors.ts';
import { toFieldName } from '../field-name.ts';
import { answerError } from './error-handler.ts';
import { judgeAgain } from './second-judgement.ts';

/** A module's own 400 error, for a request that fails its schema. */
export type BadRequestErrorType = new (
  message: string,
  details: readonly ErrorDetail[],
) => AppError;

export type Validator = (data: unknown) => { value: unknown } | { error: Error };

/** Validates bodies as they came: nothing is coerced, dropped or filled in. */
const ajv = new Ajv({
  coerceTypes: false,
  removeAdditional: false,
  useDefaults: false,
  verbose: true,
  // The schemas are our own; compiling the meta-schema would slow down every start.
  meta: false,
  validateSchema: false,
});
ajv.addKeyword('example');

/**
 * Makes a module's plugin keep the HTTP contract in its own scope, however the host app is
 * configured: errors are answered in the contract's shape, and requests are validated as they came,
 * with the module's own error for a failed schema. If a request's body comes late, its guard is
 * asked again.
 */
export function applyHttpContract(app: FastifyInstance, BadRequest: BadRequestErrorType): void {
  app.setErrorHandler(answerError);
  app.setValidatorCompiler(({ httpPart, schema }) =>
    validatorFor(schema as object, BadRequest, httpPart),
  );
  serializeLazily(app);
  judgeOnceBodiesAreThere(app);
}

/** A body may take a while to arrive; by then, its sender may no longer be allowed in. */
function judgeOnceBodiesAreThere(app: FastifyInstance): void {
  app.addHook('preValidation', (request, _reply, done) => {
    if (request.body === undefined) {
      done();
    } else {
      judgeAgain(request).then(() => done(), done);
    }
  });
}

/** Builds each serializer with its first answer; Fastify would build all of them at the start. */
export function serializeLazily(app: FastifyInstance): void {
  app.setSerializerCompiler(({ schema }) => serializerFor(schema as object));
}

/** Compiles with the first request: compiling hundreds of schemas would slow down every start. */
export function validatorFor(
  schema: object,
  BadRequest: BadRequestErrorType,
  httpPart = 'body',
): Validator {
  let validate: ValidateFunction | undefined;
  return (data) => {
    validate ??= ajv.compile(schema);
    if (validate(data)) {
      return { value: data };
    }
    const [error] = validate.errors as [ErrorObject];
    const detail = isRepeated(error, httpPart)
      ? detailOf(error.instancePath, 'must be given once')
      : toErrorDetail(error);
    return { error: new BadRequest(detail.message, [detail]) };
  };
}

/** Fastify's own serializer, built with the first answer. */
export function serializerFor(schema: object): (data: unknown) => string {
  let serialize: ((data: unknown) => string) | undefined;
  return (data) => {
    serialize ??= fastJsonStringify(schema as never) as (data: unknown) => string;
    return serialize(data);
  };
}

/** A field that is repeated in a query string comes as an array. */
function isRepeated({ data }: ErrorObject, httpPart: string): boolean {
  return httpPart === 'querystring' && Array.isArray(data);
}

/** A missing field is reported as one of the wrong type, or as none of the allowed values. */
function toErrorDetail(error: ErrorObject): ErrorDetail {
  const { keyword, instancePath, parentSchema, message = 'is invalid' } = error;
  if (keyword !== 'required') {
    return detailOf(instancePath, problemOf({ [keyword]: error.schema }) ?? message);
  }
  const { missingProperty } = error.params as { missingProperty: string };
  const properties = parentSchema?.['properties'] as Record<string, FieldSchema> | undefined;
  const problem = problemOf(properties?.[missingProperty] ?? {});
  return detailOf(`${instancePath}/${missingProperty}`, problem ?? message);
}

interface FieldSchema {
  readonly type?: unknown;
  readonly enum?: unknown;
}

function problemOf({ type, enum: allowed }: FieldSchema): string | undefined {
  return Array.isArray(allowed) ? `must be one of ${allowed.join(', ')}` : typeProblem(type);
}

function detailOf(path: string, problem: string): ErrorDetail {
  return { path, message: `${toFieldName(path, 'body')} ${problem}` };
}

function typeProblem(type: unknown): string | undefined {
  if (typeof type !== 'string') {
    return undefined;
  }
  if (type === 'object') {
    return 'must be a JSON object';
  }
  return `must be ${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
}
