import type { ReactNode } from 'react';

import { api, type ItemOf } from '../api.ts';
import { useChange } from '../changes/change.tsx';
import { useSession } from '../session.tsx';
import { Button } from '../ui/fields.tsx';
import { Table, type Column } from '../ui/table.tsx';
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

interface ContactRequestsProps {
  readonly items: readonly ContactRequest[];
  readonly reload: () => void;
}

export function ContactRequests({ items, reload }: ContactRequestsProps): ReactNode {
  const { can } = useSession();
  const decision: Column<ContactRequest> = {
    title: 'Decision',
    cell: (request) => <Decision request={request} reload={reload} />,
  };
  return (
    <Table
      label="Contact changes that wait for approval"
      items={items}
      empty="Nothing waits for approval."
      columns={can('accounts.approve-contact') ? [...COLUMNS, decision] : COLUMNS}
    />
  );
}

interface DecisionProps {
  readonly request: ContactRequest;
  readonly reload: () => void;
}

function Decision({ request, reload }: DecisionProps): ReactNode {
  const change = useChange();
  const contact = request.email ?? phoneText(request.phone_number);
  const params = { path: { request_id: request.id } };
  const onDone = reload;
  const approve = (): void =>
    change({
      title: `Approve ${contact}?`,
      text: 'It replaces the former contact, which is told. Whoever asked cannot approve.',
      action: 'Approve',
      done: 'The contact is changed.',
      send: async (reason) =>
        api.POST('/api/admin/contact-requests/{request_id}/approve', { params, body: { reason } }),
      onDone,
    });
  const reject = (): void =>
    change({
      title: `Reject ${contact}?`,
      action: 'Reject',
      isDangerous: true,
      done: 'The change is rejected.',
      send: async (reason) =>
        api.POST('/api/admin/contact-requests/{request_id}/reject', { params, body: { reason } }),
      onDone,
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
