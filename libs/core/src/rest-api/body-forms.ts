import type { FastifySchemaCompiler } from 'fastify';
import * as Type from 'typebox';

import { validatorFor, type BadRequestErrorType, type Validator } from './contract-validation.ts';

/** One of the shapes that a body may have. */
export interface BodyForm {
  /** The body needs all of these keys to match the form. Default: none, so any object. */
  readonly hasAll?: readonly string[];
  /** The body needs at least one of these keys to match the form. Default: none needed. */
  readonly hasAny?: readonly string[];
  /** The body must have none of these keys to match the form. Default: it may have any. */
  readonly hasNone?: readonly string[];
  /** Shown in the OpenAPI document. Its title names the example. */
  readonly schema: Type.TSchema;
  /** What a body is validated against, if the service checks the rest. Default: `schema`. */
  readonly judged?: Type.TSchema;
  /** Error for an invalid body. Default: the one shared by all forms. */
  readonly badRequest?: BadRequestErrorType;
  /** Who may send this form, if that differs from the route's other forms. */
  readonly access?: 'anyone';
}

/** The name of the body's form, with the body typed accordingly. */
export type ChosenForm<Forms extends Readonly<Record<string, BodyForm>>> = {
  [Name in keyof Forms]: { readonly form: Name; readonly body: FormBody<Forms[Name]> };
}[keyof Forms];

type FormBody<Form extends BodyForm> = Form extends {
  readonly judged: infer Judged extends Type.TSchema;
}
  ? Type.Static<Judged>
  : Type.Static<Form['schema']>;

export interface BodyFormsOptions {
  readonly badRequest: BadRequestErrorType;
  /** Message if no form matches. Default: that the body must be a JSON object. */
  readonly noForm?: string;
}

/** The forms of a route's body. Everything else about the body follows from them. */
export interface BodyForms<
  Forms extends Readonly<Record<string, BodyForm>> = Readonly<Record<string, BodyForm>>,
> {
  readonly schema: Type.TSchema;
  readonly validatorCompiler: FastifySchemaCompiler<object>;
  /** Whether anyone may send at least one of the forms. */
  readonly hasOpenForm: boolean;
  /** Whether a body has the keys of a form that not everyone may send. */
  isGuarded(body: unknown): boolean;
  choose(body: ChosenForm<Forms>['body']): ChosenForm<Forms>;
}

/**
 * A body with several forms, in order of precedence: the first one that matches the body's keys
 * wins.
 *
 * @example
 * const updateForms = oneOf(
 *   {
 *     password: { hasAll: ['current_password', 'new_password'], schema: PasswordForm },
 *     profile: { hasAny: ['first_name', 'last_name'], schema: ProfileForm },
 *   },
 *   { badRequest: AccountBadRequestError, noForm: 'The body must have …' },
 * );
 */
export function oneOf<const Forms extends Readonly<Record<string, BodyForm>>>(
  forms: Forms,
  { badRequest: BadRequest, noForm = 'body must be a JSON object' }: BodyFormsOptions,
): BodyForms<Forms> {
  const named = Object.entries(forms).map(([name, form]) => ({
    name,
    form,
    validate: validatorFor(form.judged ?? form.schema, form.badRequest ?? BadRequest),
  }));
  const find = (body: unknown) =>
    isJsonObject(body) ? named.find(({ form }) => isMeant(form, body)) : undefined;
  const validate: Validator = (body) =>
    find(body)?.validate(body) ?? {
      error: new BadRequest(noForm, [{ path: '', message: noForm }]),
    };
  const [first = Type.Unknown(), ...others] = named.map(({ form }) => form.schema);
  return {
    schema: others.length === 0 ? first : Type.Union([first, ...others]),
    validatorCompiler: ({ httpPart, schema }) =>
      httpPart === 'body' ? validate : validatorFor(schema, BadRequest, httpPart),
    hasOpenForm: named.some(({ form }) => form.access === 'anyone'),
    isGuarded: (body) => {
      const meant = find(body);
      return meant !== undefined && meant.form.access !== 'anyone';
    },
    choose: (body) => ({ form: find(body)?.name, body }) as ChosenForm<Forms>,
  };
}

function isMeant({ hasAll = [], hasAny, hasNone = [] }: BodyForm, body: object): boolean {
  const has = (key: string) => Object.hasOwn(body, key);
  return hasAll.every(has) && (hasAny === undefined || hasAny.some(has)) && !hasNone.some(has);
}

function isJsonObject(body: unknown): body is object {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}
