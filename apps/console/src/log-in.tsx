import { useState, type SubmitEvent, type ReactNode } from 'react';

import { answerOf, api, type ApiError } from './api.ts';
import { useSession } from './session.tsx';
import { Button, InputField } from './ui/fields.tsx';
import { Failure, Page } from './ui/page.tsx';

export function LogIn(): ReactNode {
  const { reload } = useSession();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [error, setError] = useState<ApiError>();
  const [isPending, setPending] = useState(false);
  const logIn = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (isPending) {
      return;
    }
    setPending(true);
    const answer = await answerOf(api.POST('/api/sessions', { body: { username, password } }));
    setError(answer.error);
    setPending(false);
    if (answer.error === undefined) {
      await reload();
    } else {
      setPassword('');
    }
  };
  return (
    <main className="log-in">
      <Page title="Log in">
        <form className="card" onSubmit={(event) => void logIn(event)}>
          <InputField
            label="Username or e-mail address"
            value={username}
            onChange={setUsername}
            autoComplete="username"
            isRequired
          />
          <InputField
            label="Password"
            type="password"
            value={password}
            onChange={setPassword}
            autoComplete="current-password"
            isRequired
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

/** For who is logged in, and is no operator. */
export function Refused({ error }: { readonly error: ApiError }): ReactNode {
  const { signOut, reload } = useSession();
  return (
    <main className="log-in">
      <Page title="Not for this account">
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
