import { useEffect, useState, type SubmitEvent, type ReactNode } from 'react';

import { answerOf, api, type ApiError, type Got } from '../api.ts';
import { ProofField, WAYS, type Contact, type Way } from '../proof.tsx';
import { useSession } from '../session.tsx';
import { Button, SelectField } from '../ui/fields.tsx';
import { Failure } from '../ui/page.tsx';

type Self = Got<'/api/accounts/{account_id}'>;

interface StepUpProps {
  readonly onDone: () => void;
  readonly onCancel: () => void;
}

/** Proves once more who sits there, by password or a code. */
export function StepUp({ onDone, onCancel }: StepUpProps): ReactNode {
  const self = useSelf();
  const [way, setWay] = useState<Way>('password');
  const [proof, setProof] = useState('');
  const [error, setError] = useState<ApiError>();
  const [isPending, setPending] = useState(false);
  const prove = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (isPending) {
      return;
    }
    setPending(true);
    const body = { [way]: proof } as { password: string };
    const answer = await answerOf(api.POST('/api/sessions/current/authentications', { body }));
    setPending(false);
    setError(answer.error);
    if (answer.error === undefined) {
      onDone();
    } else {
      setProof('');
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
          options={waysOf(self).map((each) => [each, WAYS[each]])}
        />
      )}
      <ProofField
        key={way}
        way={way}
        contact={contactOf(self, way)}
        value={proof}
        onChange={setProof}
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

function contactOf(self: Self | undefined, way: Way): Contact {
  return way === 'otp_code'
    ? { phone_number: self?.phone_number ?? { country_code: '', phone_number: '' } }
    : { email: self?.email ?? '' };
}
