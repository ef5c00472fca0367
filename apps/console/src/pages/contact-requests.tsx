import { api, type ItemOf } from '../api.ts';
import { useChange, type Change } from '../changes/change.tsx';
import { useSession } from '../session.tsx';
import { Button } from '../ui/fields.tsx';
import type { Column } from '../ui/table.tsx';
import { AccountLink, phoneText, Time } from '../ui/values.tsx';

export type ContactRequest = ItemOf<'/api/admin/contact-requests'>;

const ASK = 'accounts.change-contact';
const APPROVE = 'accounts.approve-contact';

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
  const change = useChange();
  const decision: Column<ContactRequest> = {
    title: 'Decision',
    cell: (request) => {
      const isOwn = state.kind === 'in' && request.requested_by.id === state.operator.account_id;
      const contact = request.email ?? phoneText(request.phone_number);
      const decisions = isOwn ? [withdrawal(request.id)] : decisionsOf(request.id);
      return can(isOwn ? ASK : APPROVE) ? (
        <div className="actions">
          {decisions.map((each) => (
            <Button
              key={each.action}
              label={`${each.action} ${contact}`}
              onPress={() => change({ ...each, title: `${each.action} ${contact}?`, reload })}
            >
              {each.action} …
            </Button>
          ))}
        </div>
      ) : (
        <span className="muted">waits for another operator</span>
      );
    },
  };
  return can(ASK) || can(APPROVE) ? [...COLUMNS, decision] : COLUMNS;
}

type Decision = Omit<Change, 'title' | 'reload'>;

function withdrawal(id: string): Decision {
  const params = { path: { request_id: id } };
  return {
    action: 'Withdraw',
    isDangerous: true,
    done: 'The change is withdrawn.',
    send: async ({ reason, headers }) =>
      api.POST('/api/admin/contact-requests/{request_id}/withdraw', {
        params,
        headers,
        body: { reason },
      }),
  };
}

function decisionsOf(id: string): readonly Decision[] {
  const params = { path: { request_id: id } };
  return [
    {
      action: 'Approve',
      text: 'It replaces the former contact, which is told. Whoever asked cannot approve.',
      done: 'The contact is changed.',
      send: async ({ reason, headers }) =>
        api.POST('/api/admin/contact-requests/{request_id}/approve', {
          params,
          headers,
          body: { reason },
        }),
    },
    {
      action: 'Reject',
      isDangerous: true,
      done: 'The change is rejected.',
      send: async ({ reason, headers }) =>
        api.POST('/api/admin/contact-requests/{request_id}/reject', {
          params,
          headers,
          body: { reason },
        }),
    },
  ];
}
