import { defineRoute, oneOf } from '@org/core/rest-api';
import * as Type from 'typebox';

import {
  AccountBadRequestError,
  AccountLastLoginError,
  AccountWithEmailExistsError,
  AccountWithIdNotFoundError,
  AccountWithPhoneNumberExistsError,
} from '../errors.ts';
import type { DeclaredFields } from '../fields/declared-fields.ts';
import { AccountPath } from './account-form-schema.ts';
import { accountReplyWith, PhoneNumber } from './account-reply-schema.ts';
import { reversalForms, ReversalReply } from './reversal-schema.ts';

/** Errors of modules that this layer does not import. */
const OTP_INCORRECT = { code: 'OTP_ERR_01', httpStatus: 400 };
const OTP_EXPIRED = { code: 'OTP_ERR_02', httpStatus: 400 };
const OTP_REQUEST_FAILED = { code: 'OTP_ERR_03', httpStatus: 400 };

export const contactForms = oneOf(
  {
    phoneNumber: {
      hasAll: ['phone_number'],
      schema: Type.Object(
        { phone_number: PhoneNumber },
        {
          title: 'Phone form',
          examples: [{ phone_number: { country_code: '+91', phone_number: '9999999999' } }],
        },
      ),
    },
    email: {
      hasAll: ['email'],
      schema: Type.Object(
        { email: Type.String() },
        { title: 'E-mail form', examples: [{ email: 'ada@example.com' }] },
      ),
    },
  },
  { badRequest: AccountBadRequestError, noForm: 'The body must have email or phone_number.' },
);

const codeForms = oneOf(
  {
    code: {
      hasAll: ['code'],
      schema: Type.Object(
        { code: Type.Unknown({ description: 'Text; anything else is a wrong code.' }) },
        { examples: [{ code: '123456' }] },
      ),
    },
  },
  { badRequest: AccountBadRequestError, noForm: 'The body must have code.' },
);

const RequestReply = Type.Object(
  {
    id: Type.String(),
    expires_at: Type.String({ format: 'date-time', description: 'When the code expires.' }),
  },
  { examples: [{ id: '64b000000000000000000002', expires_at: '2026-01-01T00:05:00.000Z' }] },
);

const ofAccount = { tag: 'contacts', params: AccountPath, access: 'owner' } as const;

const requestContactChange = defineRoute({
  ...ofAccount,
  recent: true,
  method: 'POST',
  path: '/accounts/:account_id/contact-changes',
  operationId: 'requestContactChange',
  summary: 'Get a code for a new e-mail address or phone number',
  body: contactForms,
  reply: { status: 201, schema: RequestReply },
  errors: [AccountBadRequestError, OTP_REQUEST_FAILED, AccountWithIdNotFoundError],
});

const reverseContactChange = defineRoute({
  method: 'POST',
  path: '/contact-reversals',
  operationId: 'reverseContactChange',
  summary: 'Undo a change of contact, with the token that the former contact got',
  tag: 'contacts',
  access: 'anyone',
  body: reversalForms,
  reply: { status: 201, schema: ReversalReply },
  errors: [AccountBadRequestError, AccountWithEmailExistsError, AccountWithPhoneNumberExistsError],
});

export function contactRoutesWith(fields: DeclaredFields) {
  const reply = { status: 200, ...accountReplyWith(fields) };
  const removal = {
    ...ofAccount,
    recent: true,
    method: 'DELETE',
    reply,
    errors: [AccountLastLoginError, AccountWithIdNotFoundError],
  } as const;
  return {
    requestContactChange,
    confirmContactChange: defineRoute({
      ...ofAccount,
      params: Type.Object({ ...AccountPath.properties, change_id: Type.String() }),
      method: 'POST',
      path: '/accounts/:account_id/contact-changes/:change_id',
      operationId: 'confirmContactChange',
      summary: 'Change the e-mail address or phone number, with the code that the new one got',
      body: codeForms,
      reply,
      errors: [
        AccountBadRequestError,
        OTP_INCORRECT,
        OTP_EXPIRED,
        AccountWithEmailExistsError,
        AccountWithPhoneNumberExistsError,
        AccountWithIdNotFoundError,
      ],
    }),
    removeEmail: defineRoute({
      ...removal,
      path: '/accounts/:account_id/email',
      operationId: 'removeEmail',
      summary: 'Remove the e-mail address, unless there is no other way to log in',
    }),
    removePhoneNumber: defineRoute({
      ...removal,
      path: '/accounts/:account_id/phone-number',
      operationId: 'removePhoneNumber',
      summary: 'Remove the phone number, unless there is no other way to log in',
    }),
    reverseContactChange,
  };
}
