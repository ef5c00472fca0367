import { useState, type SubmitEvent, type ReactNode } from 'react';

import { answerOf, NOT_RECENT, type Answer, type ApiError } from '../api.ts';
import { Button, InputField } from '../ui/fields.tsx';
import { Failure } from '../ui/page.tsx';
import type { Change } from './change.tsx';
import { ChangeField, type Values } from './change-fields.tsx';
import { StepUp } from './step-up.tsx';

/** After these, the same request can pass later: log-in, permission, time-out, throttle. */
const UNDECIDED = [401, 403, 408, 429];
const SERVER_ERROR = 500;
/** The first request with the key is not answered yet. */
const IN_FLIGHT = 'REQUEST_ERR_409';

interface ChangeFormProps {
  readonly change: Change;
  readonly onDone: (data: unknown) => void;
  readonly onCancel: () => void;
}

export function ChangeForm({ change, onDone, onCancel }: ChangeFormProps): ReactNode {
  const { text, action, isDangerous = false, fields = [] } = change;
  const [reason, setReason] = useState('');
  const [values, setValues] = useState<Values>(() =>
    Object.fromEntries(fields.map(({ name, value = '' }) => [name, value])),
  );
  const [error, setError] = useState<ApiError>();
  const [isPending, setPending] = useState(false);
  const [asksAgain, setAsksAgain] = useState(false);
  const [key, setKey] = useState(() => crypto.randomUUID());
  const send = async (): Promise<void> => {
    setPending(true);
    const headers = { 'Idempotency-Key': key };
    const answer = await answerOf(change.send({ reason, headers }, values));
    setPending(false);
    const isNotRecent = answer.error?.code === NOT_RECENT;
    setAsksAgain(isNotRecent);
    setError(isNotRecent ? undefined : answer.error);
    if (answer.error === undefined) {
      onDone(answer.data);
    } else if (isDecided(answer)) {
      setKey(crypto.randomUUID());
      change.reload();
    }
  };
  if (asksAgain) {
    return <StepUp onDone={() => void send()} onCancel={onCancel} />;
  }
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!isPending) {
      void send();
    }
  };
  return (
    <form onSubmit={submit}>
      {text !== undefined && <p>{text}</p>}
      {fields.map((spec) => (
        <ChangeField
          key={spec.name}
          spec={spec}
          value={values[spec.name] ?? ''}
          onChange={(value) => setValues((before) => ({ ...before, [spec.name]: value }))}
        />
      ))}
      <InputField
        label="Reason"
        value={reason}
        onChange={setReason}
        isRequired
        isLong
        autoFocus={fields.length === 0}
        help="Goes into the audit log with your account, such as the number of a ticket."
      />
      <Failure error={error} />
      <div className="actions">
        <Button isSubmit tone={isDangerous ? 'danger' : 'main'} isPending={isPending}>
          {action}
        </Button>
        <Button onPress={onCancel}>Cancel</Button>
      </div>
    </form>
  );
}

/** Whether the server would answer the same to the same key, however often. */
function isDecided({ response, error }: Answer<unknown>): boolean {
  return (
    response !== undefined &&
    response.status < SERVER_ERROR &&
    !UNDECIDED.includes(response.status) &&
    error?.code !== IN_FLIGHT
  );
}
