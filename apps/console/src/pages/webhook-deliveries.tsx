import { useCallback, type ReactNode } from 'react';

import { api, type ItemOf } from '../api.ts';
import { ReplayButton } from '../changes/replay-button.tsx';
import { ListTable, useList } from '../ui/list.tsx';
import { Section } from '../ui/page.tsx';
import type { Column } from '../ui/table.tsx';
import { Badge, Maybe, Time } from '../ui/values.tsx';

type Delivery = ItemOf<'/api/admin/webhooks/{id}/deliveries'>;

const COLUMNS: readonly Column<Delivery>[] = [
  { title: 'Event', cell: ({ event }) => event },
  { title: 'Status', cell: ({ status }) => <Badge value={status} /> },
  { title: 'Attempts', cell: ({ attempts }) => attempts },
  {
    title: 'Last answer',
    cell: ({ last_status, last_error }) => (
      <Maybe text={[last_status, last_error].filter(Boolean).join(' ')} />
    ),
  },
  { title: 'Created', cell: ({ created_at }) => <Time at={created_at} /> },
  { title: 'Next attempt', cell: ({ next_attempt_at }) => <Time at={next_attempt_at} /> },
];

interface WebhookDeliveriesProps {
  readonly id: string;
  readonly url: string;
  readonly mayReplay: boolean;
}

export function WebhookDeliveries({ id, url, mayReplay }: WebhookDeliveriesProps): ReactNode {
  const load = useCallback(
    async (query: { cursor?: string }) =>
      api.GET('/api/admin/webhooks/{id}/deliveries', { params: { path: { id }, query } }),
    [id],
  );
  const list = useList<Delivery>(load);
  const again: Column<Delivery> = {
    title: 'Again',
    cell: (delivery) => (
      <ReplayButton
        what={delivery.event}
        title={`Send ${delivery.event} again?`}
        done="The event is queued again."
        send={async ({ reason, headers }) =>
          api.POST('/api/admin/webhook-deliveries/{id}/replay', {
            params: { path: { id: delivery.id } },
            headers,
            body: { reason },
          })
        }
        reload={list.reload}
      />
    ),
  };
  return (
    <Section title={`Deliveries to ${url}`}>
      <ListTable
        list={list}
        label="Deliveries"
        columns={mayReplay ? [...COLUMNS, again] : COLUMNS}
        empty="Nothing was sent to it yet."
      />
    </Section>
  );
}
