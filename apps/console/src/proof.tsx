import { useState, type ReactNode } from 'react';

import { answerOf, api, type Answer, type ApiError } from './api.ts';
import { useAnnounce } from './ui/announcer.tsx';
import { Button, InputField } from './ui/fields.tsx';
import { Failure } from './ui/page.tsx';

/** How somebody proves who they are; also the field of the request. */
export type Way = 'password' | 'email_code' | 'otp_code';

export const WAYS = {
  password: 'Password',
  email_code: 'Code by e-mail',
  otp_code: 'Code by SMS',
} as const;

/** Where a code goes to. */
export type Contact =
  | { readonly email: string }
  | { readonly phone_number: { readonly country_code: string; readonly phone_number: string } };

interface ProofFieldProps {
  readonly way: Way;
  readonly contact: Contact;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly autoFocus?: boolean;
}

/** The field of a password or a code, which can be asked for. */
export function ProofField(props: ProofFieldProps): ReactNode {
  const { way, contact, value, onChange, autoFocus = false } = props;
  const [error, setError] = useState<ApiError>();
  const announce = useAnnounce();
  const sendCode = async (): Promise<void> => {
    const answer = await answerOf(requestCode(contact));
    setError(answer.error);
    announce(answer.error === undefined ? 'A code is on its way to you.' : '');
  };
  const isPassword = way === 'password';
  return (
    <>
      {!isPassword && (
        <p>
          <Button onPress={() => void sendCode()}>Send me a code</Button>
        </p>
      )}
      <Failure error={error} />
      <InputField
        label={WAYS[way]}
        type={isPassword ? 'password' : 'text'}
        value={value}
        onChange={onChange}
        autoComplete={isPassword ? 'current-password' : 'one-time-code'}
        isRequired
        autoFocus={autoFocus}
      />
    </>
  );
}

async function requestCode(contact: Contact): Promise<Answer<unknown>> {
  return 'email' in contact
    ? api.POST('/api/email-codes', { body: contact })
    : api.POST('/api/accounts', { body: contact });
}
