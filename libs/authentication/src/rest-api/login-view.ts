import type { OperationContext } from '@org/core';
import type * as Type from 'typebox';

import type { LoginService, SessionByTransport } from '../login-service.ts';
import type { EndSessionParams, SessionOrigin, SessionTransport } from '../types.ts';
import type { sessionForms } from './access-token-router.ts';
import type { EmailCodeForm } from './access-token-schema.ts';

/** One of the forms that prove whose account it is. */
export type Credentials = ReturnType<typeof sessionForms.choose>;

export interface LogInOptions<Transport extends SessionTransport> extends SessionOrigin {
  readonly transport: Transport;
  /** The session that the sender leaves for the new one. Default: none. */
  readonly replacedSession?: EndSessionParams | undefined;
  /** The account that the sender is logged in to. */
  readonly actingAccountId: string | undefined;
}

export function logIn<Transport extends SessionTransport>(
  login: LoginService,
  { form, body }: Credentials,
  { actingAccountId, ...session }: LogInOptions<Transport>,
  context: OperationContext,
): Promise<SessionByTransport[Transport]> {
  switch (form) {
    case 'password': {
      const { username, password } = body;
      return login.loginByUsernameAndPassword({ username, password, ...session }, context);
    }
    case 'otp': {
      const { phone_number: parts, otp_code: otpCode } = body;
      const phoneNumber = { countryCode: parts.country_code, phoneNumber: parts.phone_number };
      return login.loginByPhoneNumberAndOtp({ phoneNumber, otpCode, ...session }, context);
    }
    case 'emailCode': {
      const redemption = { ...toRedemption(body), actingAccountId };
      return login.loginByEmailAndCode({ ...redemption, ...session }, context);
    }
    case 'emailPassword': {
      const { email: emailAddress, password } = body;
      return login.loginByEmailAndPassword({ emailAddress, password, ...session }, context);
    }
  }
}

function toRedemption(body: Type.Static<typeof EmailCodeForm>) {
  const { email: emailAddress, email_code: emailCode, password } = body;
  const { first_name: firstName, last_name: lastName } = body;
  return { emailAddress, emailCode, password, firstName, lastName };
}
