import type { ReactNode } from 'react';

import type { Account } from '../api.ts';
import { useSession } from '../session.tsx';
import { Section } from '../ui/page.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { Badge, Maybe, Time } from '../ui/values.tsx';
import { ReplayDelivery } from './replay-delivery.tsx';

type Delivery = Account['deliveries'][number];

const COLUMNS: readonly Column<Delivery>[] = [
  { title: 'Message', cell: ({ topic }) => topic },
  { title: 'By', cell: ({ channel }) => channel },
  { title: 'Status', cell: ({ status }) => <Badge value={status} /> },
  { title: 'Attempts', cell: ({ attempts }) => attempts },
  { title: 'Last error', cell: ({ last_error }) => <Maybe text={last_error} /> },
  { title: 'Created', cell: ({ created_at }) => <Time at={created_at} /> },
];

interface AccountProps {
  readonly account: Account;
  readonly reload: () => void;
}

export function AccountDeliveries({ account, reload }: AccountProps): ReactNode {
  const { can } = useSession();
  const replay: Column<Delivery> = {
    title: 'Again',
    cell: ({ id, status, topic }) =>
      status === 'dead' ? <ReplayDelivery {...{ id, topic, reload }} /> : <Maybe text="" />,
  };
  return (
    <Section title="Latest messages">
      <Table
        label="Latest messages"
        items={account.deliveries}
        empty="None was sent lately."
        columns={can('deliveries.replay') ? [...COLUMNS, replay] : COLUMNS}
      />
    </Section>
  );
}
