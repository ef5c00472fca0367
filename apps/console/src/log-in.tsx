import { useState, type SubmitEvent, type ReactNode } from 'react';

import { answerOf, api, type ApiError } from './api.ts';
import { ProofField, WAYS, type Contact, type Way } from './proof.tsx';
import { useSession } from './session.tsx';
import { useAnnounce } from './ui/announcer.tsx';
import { Button, InputField, SelectField } from './ui/fields.tsx';
import { Failure, Page } from './ui/page.tsx';

/** What is filled in to say who one is. */
interface Names {
  readonly username: string;
  readonly email: string;
  readonly country_code: string;
  readonly phone_number: string;
}

const NOBODY: Names = { username: '', email: '', country_code: '', phone_number: '' };

export function LogIn(): ReactNode {
  const { reload } = useSession();
  const announce = useAnnounce();
  const [way, setWay] = useState<Way>('password');
  const [names, setNames] = useState(NOBODY);
  const [proof, setProof] = useState('');
  const [error, setError] = useState<ApiError>();
  const [isPending, setPending] = useState(false);
  const logIn = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (isPending) {
      return;
    }
    setPending(true);
    const body = { ...namesFor(way, names), [way]: proof } as { email: string; password: string };
    const answer = await answerOf(api.POST('/api/sessions', { body }));
    setError(answer.error);
    setPending(false);
    if (answer.error === undefined) {
      // That a session has ended, or a code is on its way.
      announce('');
      await reload();
    } else {
      setProof('');
    }
  };
  const choose = (chosen: string): void => {
    setWay(chosen as Way);
    setProof('');
    setError(undefined);
  };
  return (
    <main className="log-in">
      <Page title="Log in">
        <form className="card" onSubmit={(event) => void logIn(event)}>
          <SelectField label="By" value={way} onChange={choose} options={Object.entries(WAYS)} />
          <NameFields way={way} names={names} onChange={setNames} />
          <ProofField
            key={way}
            way={way}
            contact={contactOf(way, names)}
            value={proof}
            onChange={setProof}
          />
          <Failure error={error} />
          <Button isSubmit tone="main" isPending={isPending}>
            Log in
          </Button>
        </form>
      </Page>
    </main>
  );
}

interface NameFieldsProps {
  readonly way: Way;
  readonly names: Names;
  readonly onChange: (names: Names) => void;
}

function NameFields({ way, names, onChange }: NameFieldsProps): ReactNode {
  const field = (name: keyof Names, label: string, type: string, autoComplete: string) => (
    <InputField
      {...{ label, type, autoComplete }}
      value={names[name]}
      onChange={(value) => onChange({ ...names, [name]: value })}
      isRequired
    />
  );
  if (way === 'password') {
    return field('username', 'Username or e-mail address', 'text', 'username');
  }
  if (way === 'email_code') {
    return field('email', 'E-mail address', 'email', 'email');
  }
  return (
    <>
      {field('country_code', 'Country code, such as +49', 'tel', 'tel-country-code')}
      {field('phone_number', 'Phone number', 'tel', 'tel-national')}
    </>
  );
}

function contactOf(way: Way, { email, country_code, phone_number }: Names): Contact {
  return way === 'otp_code' ? { phone_number: { country_code, phone_number } } : { email };
}

function namesFor(way: Way, names: Names): object {
  return way === 'password' ? { username: names.username } : contactOf(way, names);
}

/** For who is logged in, and cannot go on: no operator, or no server. */
export function Refused({ error, isForbidden }: RefusedProps): ReactNode {
  const { signOut, reload } = useSession();
  return (
    <main className="log-in">
      <Page title={isForbidden ? 'Not for this account' : 'Not now'}>
        <div className="card">
          <Failure error={error} />
          <div className="actions">
            <Button onPress={() => void reload()}>Try again</Button>
            <Button onPress={() => void signOut()}>Log out</Button>
          </div>
        </div>
      </Page>
    </main>
  );
}

interface RefusedProps {
  readonly error: ApiError;
  readonly isForbidden: boolean;
}
