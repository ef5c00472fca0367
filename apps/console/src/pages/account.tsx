import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { useParams } from 'wouter';

import { answerOf, api, type Account, type ApiError } from '../api.ts';
import { useSession } from '../session.tsx';
import { AuditTable } from '../ui/audit-table.tsx';
import { returnToPlace } from '../ui/focus.ts';
import { Failure, Loading, Page, Section } from '../ui/page.tsx';
import { Table } from '../ui/table.tsx';
import { Badge, Maybe, phoneText, Time } from '../ui/values.tsx';
import { AccountActions } from './account-actions.tsx';
import { AccountContacts } from './account-contacts.tsx';
import { AccountDeliveries } from './account-deliveries.tsx';
import { AccountRoles } from './account-roles.tsx';

export function AccountPage(): ReactNode {
  const { id = '' } = useParams();
  return <AccountOf key={id} id={id} />;
}

function AccountOf({ id }: { readonly id: string }): ReactNode {
  const { can } = useSession();
  const { account, error, reload } = useAccount(id);
  if (account === undefined) {
    return (
      <Page title="Account">
        {error === undefined ? <Loading /> : <Failure error={error} onRetry={reload} />}
      </Page>
    );
  }
  return (
    <Page title={titleOf(account)}>
      <Failure error={error} onRetry={reload} />
      <Profile account={account} />
      <AccountActions account={account} reload={reload} />
      <AccountContacts account={account} reload={reload} />
      <AccountRoles account={account} reload={reload} />
      <Section title="Sessions">
        <Table
          label="Sessions"
          items={account.sessions}
          empty="Nobody is logged in."
          columns={[
            {
              title: 'Device',
              cell: ({ device, browser, user_agent }) => (
                <Maybe text={[browser, device].filter(Boolean).join(', ') || user_agent} />
              ),
            },
            { title: 'Address', cell: ({ ip }) => <code>{ip}</code> },
            { title: 'Begun', cell: ({ created_at }) => <Time at={created_at} /> },
            { title: 'Last used', cell: ({ last_used_at }) => <Time at={last_used_at} /> },
          ]}
        />
      </Section>
      <AccountDeliveries account={account} reload={reload} />
      <Section title="Latest audit records">
        <AuditTable items={account.audit} hasLink={can('audit.read')} accountId={account.id} />
      </Section>
    </Page>
  );
}

interface Shown {
  readonly account?: Account | undefined;
  readonly error?: ApiError | undefined;
}

function useAccount(id: string): Shown & { readonly reload: () => void } {
  const [shown, setShown] = useState<Shown>({});
  const load = useCallback(async () => {
    const params = { path: { account_id: id } };
    const { data, error } = await answerOf(api.GET('/api/admin/accounts/{account_id}', { params }));
    setShown(({ account }) => ({ account: data ?? account, error }));
  }, [id]);
  useEffect(() => void load(), [load]);
  useEffect(returnToPlace, [shown]);
  const reload = useCallback(() => void load(), [load]);
  return { ...shown, reload };
}

function titleOf({ username, email, phone_number, id }: Account): string {
  return username || email || phoneText(phone_number) || id;
}

function Profile({ account }: { readonly account: Account }): ReactNode {
  const fields = Object.entries(account.fields);
  return (
    <Section title="Profile">
      <dl className="facts">
        <dt>State</dt>
        <dd>
          <Badge value={account.state} />{' '}
          {account.disabled_at !== null && (
            <>
              disabled <Time at={account.disabled_at} />
            </>
          )}{' '}
          {account.deleted_at !== null && (
            <>
              deleted <Time at={account.deleted_at} />
            </>
          )}
        </dd>
        <dt>Id</dt>
        <dd className="id">{account.id}</dd>
        <dt>Name</dt>
        <dd>
          <Maybe text={`${account.first_name} ${account.last_name}`.trim()} />
        </dd>
        <dt>Password</dt>
        <dd>{account.has_password ? 'has one' : 'none'}</dd>
        <dt>Created</dt>
        <dd>
          <Time at={account.created_at} />
        </dd>
        <dt>Changed</dt>
        <dd>
          <Time at={account.updated_at} />
        </dd>
        {fields.map(([name, value]) => [
          <dt key={name}>{name}</dt>,
          <dd key={`${name} value`}>{JSON.stringify(value)}</dd>,
        ])}
      </dl>
    </Section>
  );
}
