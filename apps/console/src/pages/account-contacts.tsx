import type { ReactNode } from 'react';

import { api, type Account } from '../api.ts';
import { useChange } from '../changes/change.tsx';
import type { FieldSpec, Values } from '../changes/change-fields.tsx';
import { useSession } from '../session.tsx';
import { Button } from '../ui/fields.tsx';
import { Section } from '../ui/page.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { Badge, Maybe, phoneText, Time } from '../ui/values.tsx';
import { useContactColumns } from './contact-requests.tsx';

const FIELDS: readonly FieldSpec[] = [
  { name: 'email', label: 'New e-mail address', kind: 'email', isOptional: true },
  {
    name: 'country_code',
    label: 'Or the country code of a new phone number',
    kind: 'tel',
    isOptional: true,
    help: 'Such as +49.',
  },
  { name: 'phone_number', label: 'and the number', kind: 'tel', isOptional: true },
];

const IDENTITY_COLUMNS: readonly Column<Account['identities'][number]>[] = [
  {
    title: 'Value',
    cell: ({ value, reserved_until }) =>
      reserved_until === null ? (
        value
      ) : (
        <>
          {value} <Badge value="former" />
          <br />
          <span className="muted">
            kept for the account until <Time at={reserved_until} />
          </span>
        </>
      ),
  },
  { title: 'Kind', cell: ({ kind }) => kind },
  {
    title: 'Proved',
    cell: ({ verified_at }) =>
      verified_at === null ? <Badge value="not proved" /> : <Time at={verified_at} />,
  },
  { title: 'Since', cell: ({ created_at }) => <Time at={created_at} /> },
];

const CHANGE_COLUMNS: readonly Column<Account['contact_changes'][number]>[] = [
  {
    title: 'New',
    cell: ({ email, phone_number }) => email ?? (phoneText(phone_number) || 'removed'),
  },
  {
    title: 'Former',
    cell: ({ former_email, former_phone_number }) => (
      <Maybe text={former_email ?? phoneText(former_phone_number)} />
    ),
  },
  { title: 'Asked', cell: ({ requested_at }) => <Time at={requested_at} /> },
  {
    title: 'State',
    cell: ({ status, expires_at }) => (
      <>
        {status === 'done' ? 'done, can be undone until ' : 'waits for its owner’s code until '}
        <Time at={expires_at} />
      </>
    ),
  },
];

interface AccountProps {
  readonly account: Account;
  readonly reload: () => void;
}

export function AccountContacts({ account, reload }: AccountProps): ReactNode {
  const { can } = useSession();
  const change = useChange();
  const requestColumns = useContactColumns(reload);
  const askForChange = (): void =>
    change({
      title: 'Change a contact?',
      text: 'After you made sure who asks for it. Another operator has to approve it; the former contact is told.',
      action: 'Ask for approval',
      fields: FIELDS,
      done: 'The change waits for another operator.',
      send: async ({ reason, headers }, values) =>
        api.POST('/api/admin/accounts/{account_id}/contact-requests', {
          params: { path: { account_id: account.id } },
          headers,
          body: { reason, ...contactOf(values) },
        }),
      reload,
    });
  const mayAsk = account.state !== 'deleted' && can('accounts.change-contact');
  return (
    <Section
      title="Contacts"
      {...(mayAsk ? { actions: <Button onPress={askForChange}>Change contact …</Button> } : {})}
    >
      <Table
        label="Contacts and names"
        items={account.identities}
        empty="It has no name and no contact."
        columns={IDENTITY_COLUMNS}
      />
      {account.contact_changes.length > 0 && (
        <>
          <h3>Changes that are open, or can be undone</h3>
          <Table
            label="Changes that are open, or can be undone"
            items={account.contact_changes}
            empty="None."
            columns={CHANGE_COLUMNS}
          />
        </>
      )}
      {account.contact_requests.length > 0 && (
        <>
          <h3>Changes that wait for another operator</h3>
          <Table
            label="Changes that wait for another operator"
            items={account.contact_requests}
            empty="None."
            columns={requestColumns}
          />
        </>
      )}
    </Section>
  );
}

function contactOf({ email = '', country_code = '', phone_number = '' }: Values): object {
  return {
    ...(email === '' ? {} : { email }),
    ...(phone_number === '' ? {} : { phone_number: { country_code, phone_number } }),
  };
}
