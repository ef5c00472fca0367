import { useEffect, useState, type SubmitEvent, type ReactNode } from 'react';

import { answerOf, api, type ApiError, type Got } from '../api.ts';
import { useSession } from '../session.tsx';
import { useAnnounce } from '../ui/announcer.tsx';
import { Button, InputField, SelectField } from '../ui/fields.tsx';
import { Failure } from '../ui/page.tsx';

type Self = Got<'/api/accounts/{account_id}'>;
type Way = 'password' | 'email_code' | 'otp_code';

interface StepUpProps {
  readonly onDone: () => void;
  readonly onCancel: () => void;
}

const LABELS = { password: 'Password', email_code: 'Code by e-mail', otp_code: 'Code by SMS' };

/** Proves once more who sits there, by password or a code. */
export function StepUp({ onDone, onCancel }: StepUpProps): ReactNode {
  const self = useSelf();
  const announce = useAnnounce();
  const [way, setWay] = useState<Way>('password');
  const [secret, setSecret] = useState('');
  const [error, setError] = useState<ApiError>();
  const [isPending, setPending] = useState(false);
  const sendCode = async (): Promise<void> => {
    const answer = await answerOf(requestCode(self, way));
    setError(answer.error);
    announce(answer.error === undefined ? 'A code is on its way to you.' : '');
  };
  const prove = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (isPending) {
      return;
    }
    setPending(true);
    const body = { [way]: secret } as { password: string };
    const answer = await answerOf(api.POST('/api/sessions/current/authentications', { body }));
    setPending(false);
    setError(answer.error);
    if (answer.error === undefined) {
      onDone();
    } else {
      setSecret('');
    }
  };
  return (
    <form onSubmit={(event) => void prove(event)}>
      <p>Your last log-in is too long ago for a change. Prove that it is you.</p>
      {waysOf(self).length > 1 && (
        <SelectField
          label="By"
          value={way}
          onChange={(chosen) => setWay(chosen as Way)}
          options={waysOf(self).map((each) => [each, LABELS[each]])}
        />
      )}
      {way !== 'password' && <Button onPress={() => void sendCode()}>Send me a code</Button>}
      <InputField
        key={way}
        label={LABELS[way]}
        type={way === 'password' ? 'password' : 'text'}
        value={secret}
        onChange={setSecret}
        autoComplete={way === 'password' ? 'current-password' : 'one-time-code'}
        isRequired
        autoFocus
      />
      <Failure error={error} />
      <div className="actions">
        <Button isSubmit tone="main" isPending={isPending}>
          Continue
        </Button>
        <Button onPress={onCancel}>Cancel</Button>
      </div>
    </form>
  );
}

/** The operator's own account. */
function useSelf(): Self | undefined {
  const { state } = useSession();
  const [self, setSelf] = useState<Self>();
  const account_id = state.kind === 'in' ? state.operator.account_id : '';
  useEffect(() => {
    const params = { path: { account_id } };
    void answerOf(api.GET('/api/accounts/{account_id}', { params })).then(({ data }) =>
      setSelf(data),
    );
  }, [account_id]);
  return self;
}

function waysOf(self: Self | undefined): readonly Way[] {
  return [
    'password',
    ...(self?.email_verified === true ? (['email_code'] as const) : []),
    ...(self?.phone_number_verified === true ? (['otp_code'] as const) : []),
  ];
}

async function requestCode(
  self: Self | undefined,
  way: Way,
): Promise<{ error?: ApiError | undefined }> {
  if (way === 'email_code') {
    return api.POST('/api/email-codes', { body: { email: self?.email ?? '' } });
  }
  const phone_number = self?.phone_number ?? { country_code: '', phone_number: '' };
  return api.POST('/api/accounts', { body: { phone_number } });
}
