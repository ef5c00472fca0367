import type { FastifySchemaCompiler } from 'fastify';
import * as Type from 'typebox';

import { validatorFor, type BadRequestErrorType, type Validator } from './contract-validation.ts';

/** One of the shapes that a body may have. */
export interface BodyForm {
  /** The form is meant if the body has all of these keys. Default: none, so any object. */
  readonly hasAll?: readonly string[];
  /** The form is meant if the body has one of these keys. Default: none needed. */
  readonly hasAny?: readonly string[];
  /** What the OpenAPI document shows. Its title names the example. */
  readonly schema: Type.TSchema;
  /** What a body is validated against, where the service judges the rest. Default: `schema`. */
  readonly judged?: Type.TSchema;
  /** The error of a body that fails. Default: that of all forms. */
  readonly badRequest?: BadRequestErrorType;
  /** Who may send this form, if not the same as the route's others. */
  readonly access?: 'anyone';
}

/** A body's form by name, with the body typed as that form. */
export type ChosenForm<Forms extends Readonly<Record<string, BodyForm>>> = {
  [Name in keyof Forms]: { readonly form: Name; readonly body: FormBody<Forms[Name]> };
}[keyof Forms];

type FormBody<Form extends BodyForm> = Form extends {
  readonly judged: infer Judged extends Type.TSchema;
}
  ? Type.Static<Judged>
  : Type.Static<Form['schema']>;

export interface BodyFormsOptions {
  /** The module's own 400 error. */
  readonly badRequest: BadRequestErrorType;
  /** Answered if no form is meant. Default: that the body must be a JSON object. */
  readonly noForm?: string;
}

/** The forms of a route's body. Everything else about the body follows from it. */
export interface BodyForms<
  Forms extends Readonly<Record<string, BodyForm>> = Readonly<Record<string, BodyForm>>,
> {
  /** For the OpenAPI document. */
  readonly schema: Type.TSchema;
  readonly validatorCompiler: FastifySchemaCompiler<object>;
  /** Whether any form may be sent by anyone. */
  readonly hasOpenForm: boolean;
  /** Whether a body has the keys of a form that not anyone may send. */
  isGuarded(body: unknown): boolean;
  /** The form of a body that is valid. */
  choose(body: ChosenForm<Forms>['body']): ChosenForm<Forms>;
}

/**
 * A body with several forms, in order of precedence: the first one that the body's keys allow is meant.
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

function isMeant({ hasAll = [], hasAny }: BodyForm, body: object): boolean {
  const has = (key: string) => Object.hasOwn(body, key);
  return hasAll.every(has) && (hasAny === undefined || hasAny.some(has));
}

function isJsonObject(body: unknown): body is object {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}
