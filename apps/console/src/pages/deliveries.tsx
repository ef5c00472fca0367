import { useCallback, type ReactNode } from 'react';
import { useSearchParams } from 'wouter';

import { api, type ItemOf } from '../api.ts';
import { useSession } from '../session.tsx';
import { SelectField } from '../ui/fields.tsx';
import { ListTable, useList } from '../ui/list.tsx';
import { Page } from '../ui/page.tsx';
import type { Column } from '../ui/table.tsx';
import { AccountLink, Maybe, Time } from '../ui/values.tsx';
import { ReplayDelivery } from './replay-delivery.tsx';

type Delivery = ItemOf<'/api/admin/deliveries'>;

const COLUMNS: readonly Column<Delivery>[] = [
  { title: 'Message', cell: ({ topic }) => topic },
  { title: 'By', cell: ({ channel }) => channel },
  { title: 'To', cell: ({ account_id }) => <AccountLink id={account_id} /> },
  { title: 'Attempts', cell: ({ attempts }) => attempts },
  { title: 'Last error', cell: ({ last_error }) => <Maybe text={last_error} /> },
  { title: 'Created', cell: ({ created_at }) => <Time at={created_at} /> },
];

/** Messages that fail, and those that were given up. */
export function Deliveries(): ReactNode {
  const { can } = useSession();
  const [search, setSearch] = useSearchParams();
  const status = search.get('status') === 'failing' ? 'failing' : 'dead';
  const load = useCallback(
    async (cursor: { cursor?: string }) =>
      api.GET('/api/admin/deliveries', { params: { query: { status, ...cursor } } }),
    [status],
  );
  const list = useList<Delivery>(load);
  const last: Column<Delivery> =
    status === 'failing'
      ? { title: 'Next attempt', cell: ({ next_attempt_at }) => <Time at={next_attempt_at} /> }
      : {
          title: 'Again',
          cell: ({ id, topic }) => <ReplayDelivery {...{ id, topic, reload: list.reload }} />,
        };
  const hasLast = status === 'failing' || can('deliveries.replay');
  return (
    <Page title="Deliveries">
      <section className="card" aria-label="Messages">
        <SelectField
          label="Show"
          value={status}
          onChange={(chosen) => setSearch({ status: chosen })}
          options={[
            ['dead', 'Dead: given up'],
            ['failing', 'Failing: to be tried again'],
          ]}
        />
        <ListTable
          list={list}
          label={status === 'dead' ? 'Dead messages' : 'Failing messages'}
          columns={hasLast ? [...COLUMNS, last] : COLUMNS}
          empty={status === 'dead' ? 'No message is dead.' : 'No message is failing.'}
        />
      </section>
    </Page>
  );
}
