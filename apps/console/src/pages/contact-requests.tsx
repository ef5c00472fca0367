import type { ReactNode } from 'react';

import { api, type ItemOf } from '../api.ts';
import { useChange } from '../changes/change.tsx';
import { useSession } from '../session.tsx';
import { Button } from '../ui/fields.tsx';
import type { Column } from '../ui/table.tsx';
import { AccountLink, phoneText, Time } from '../ui/values.tsx';

export type ContactRequest = ItemOf<'/api/admin/contact-requests'>;

const COLUMNS: readonly Column<ContactRequest>[] = [
  { title: 'New contact', cell: ({ email, phone_number }) => email ?? phoneText(phone_number) },
  { title: 'Account', cell: ({ account_id }) => <AccountLink id={account_id} /> },
  {
    title: 'Asked by',
    cell: ({ requested_by: { type, id } }) =>
      type === 'account' ? <AccountLink id={id} /> : `${type} ${id ?? ''}`,
  },
  { title: 'Asked', cell: ({ requested_at }) => <Time at={requested_at} /> },
  { title: 'Until', cell: ({ expires_at }) => <Time at={expires_at} /> },
];

/** The columns of such a table, with buttons for who may decide. */
export function useContactColumns(reload: () => void): readonly Column<ContactRequest>[] {
  const { state, can } = useSession();
  const decision: Column<ContactRequest> = {
    title: 'Decision',
    cell: (request) =>
      state.kind === 'in' && request.requested_by.id === state.operator.account_id ? (
        <span className="muted">waits for another operator</span>
      ) : (
        <Decision request={request} reload={reload} />
      ),
  };
  return can('accounts.approve-contact') ? [...COLUMNS, decision] : COLUMNS;
}

interface DecisionProps {
  readonly request: ContactRequest;
  readonly reload: () => void;
}

function Decision({ request, reload }: DecisionProps): ReactNode {
  const change = useChange();
  const contact = request.email ?? phoneText(request.phone_number);
  const params = { path: { request_id: request.id } };
  const approve = (): void =>
    change({
      title: `Approve ${contact}?`,
      text: 'It replaces the former contact, which is told. Whoever asked cannot approve.',
      action: 'Approve',
      done: 'The contact is changed.',
      send: async ({ reason, headers }) =>
        api.POST('/api/admin/contact-requests/{request_id}/approve', {
          params,
          headers,
          body: { reason },
        }),
      reload,
    });
  const reject = (): void =>
    change({
      title: `Reject ${contact}?`,
      action: 'Reject',
      isDangerous: true,
      done: 'The change is rejected.',
      send: async ({ reason, headers }) =>
        api.POST('/api/admin/contact-requests/{request_id}/reject', {
          params,
          headers,
          body: { reason },
        }),
      reload,
    });
  return (
    <div className="actions">
      <Button label={`Approve ${contact}`} onPress={approve}>
        Approve …
      </Button>
      <Button label={`Reject ${contact}`} onPress={reject}>
        Reject …
      </Button>
    </div>
  );
}
