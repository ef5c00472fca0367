import { bodyFormValidator } from '@org/core/rest-api';
import * as Type from 'typebox';

import { AccountBadRequestError } from '../errors.ts';
import { AccountReply } from './account-reply-schema.ts';
import { AccountPath, badRequest, guardErrors, type AccountRoute } from './account-schema.ts';

const ResetForm = Type.Object(
  { token: Type.String(), new_password: Type.String() },
  {
    title: 'Reset form',
    description: 'The token of a reset mail; no access token is needed.',
    examples: [{ token: 'Zm9yIHRoaXMgb25lIG9ubHk', new_password: 'weaves algebraic patterns' }],
  },
);

const PasswordForm = Type.Object(
  { current_password: Type.String(), new_password: Type.String() },
  {
    title: 'Password form',
    description: 'Ends the other sessions.',
    examples: [
      { current_password: 'analytical engine', new_password: 'weaves algebraic patterns' },
    ],
  },
);

const Name = Type.Optional(Type.Union([Type.String(), Type.Null()]));

const ProfileForm = Type.Object(
  { first_name: Name, last_name: Name },
  {
    title: 'Profile form',
    description: 'At least one of the names; null leaves one as it is.',
    examples: [{ first_name: 'Augusta Ada' }],
  },
);

const JudgedName = { type: 'string', nullable: true };

/** The same, so that what fails is said of the type `string` and not of a union. */
const JudgedProfileForm = {
  type: 'object',
  properties: { first_name: JudgedName, last_name: JudgedName },
};

type Body =
  | Type.Static<typeof ResetForm>
  | Type.Static<typeof PasswordForm>
  | Type.Static<typeof ProfileForm>;

export interface UpdateAccountRoute extends AccountRoute {
  Body: Body;
}

/** In order of precedence: a request to set a password is never taken for one about a name. */
const forms = [
  { keys: ['token', 'new_password'], schema: ResetForm, badRequest },
  { keys: ['current_password', 'new_password'], schema: PasswordForm, badRequest },
  { keys: ['first_name'], schema: JudgedProfileForm, badRequest },
  { keys: ['last_name'], schema: JudgedProfileForm, badRequest },
];

/** Which form a body has, by its keys; `undefined` for none. Its fields may still be of any type. */
export function formOf(body: unknown): 'reset' | 'password' | 'profile' | undefined {
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  const form = isObject
    ? forms.find(({ keys }) => keys.every((key) => Object.hasOwn(body, key)))
    : undefined;
  if (form === undefined) {
    return undefined;
  }
  return form.schema === ResetForm
    ? 'reset'
    : form.schema === PasswordForm
      ? 'password'
      : 'profile';
}

export function isResetForm(body: Body): body is Type.Static<typeof ResetForm> {
  return formOf(body) === 'reset';
}

export function isPasswordForm(body: Body): body is Type.Static<typeof PasswordForm> {
  return formOf(body) === 'password';
}

export function noForm(): AccountBadRequestError {
  return AccountBadRequestError.ofBody(
    'The body must have first_name or last_name, current_password and new_password, or token and new_password.',
  );
}

export const updateAccount = {
  schema: {
    operationId: 'updateAccount',
    summary: 'Change the names or the password of an account, or reset its password',
    tags: ['accounts'],
    // The reset form needs no access token.
    security: [{ bearer: [] }, {}],
    params: AccountPath,
    body: Type.Union([ResetForm, PasswordForm, ProfileForm]),
    response: { 200: AccountReply },
  },
  config: {
    errors: {
      400: ['ACCOUNT_ERR_04'],
      401: [...guardErrors, 'ACCOUNT_ERR_03'],
      404: ['ACCOUNT_ERR_02', 'PASSWORD_RESET_TOKEN_ERR_01'],
    },
  },
  validatorCompiler: bodyFormValidator({ forms, noForm, badRequest }),
};
