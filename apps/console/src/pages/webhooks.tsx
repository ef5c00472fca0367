import { useState, type ReactNode } from 'react';

import { api, type ItemOf } from '../api.ts';
import { useChange, type Change } from '../changes/change.tsx';
import { listOf } from '../changes/change-fields.tsx';
import { useSession } from '../session.tsx';
import { Button } from '../ui/fields.tsx';
import { ListTable, useList } from '../ui/list.tsx';
import { Page, Section } from '../ui/page.tsx';
import type { Column } from '../ui/table.tsx';
import { Badge, Maybe, Time } from '../ui/values.tsx';
import { fieldsOf, Secret, WebhookActions } from './webhook-actions.tsx';
import { WebhookDeliveries } from './webhook-deliveries.tsx';

type Webhook = ItemOf<'/api/admin/webhooks'>;

const COLUMNS: readonly Column<Webhook>[] = [
  { title: 'Address', cell: ({ url }) => url },
  { title: 'Description', cell: ({ description }) => <Maybe text={description} /> },
  { title: 'Events', cell: ({ events }) => events.join(', ') },
  {
    title: 'State',
    cell: ({ state, disabled_reason }) => (
      <>
        <Badge value={state} /> {disabled_reason}
      </>
    ),
  },
  { title: 'Failing since', cell: ({ failing_since }) => <Time at={failing_since} /> },
];

/** A change that adds one, and shows its secret. */
function additionOf(reload: () => void): Change {
  return {
    title: 'Add a webhook?',
    action: 'Add',
    fields: fieldsOf(),
    done: 'The webhook is added.',
    send: async ({ reason, headers }, { url = '', events, description = '' }) =>
      api.POST('/api/admin/webhooks', {
        headers,
        body: { reason, url, description, events: listOf(events) },
      }),
    reload,
    show: (data) => <Secret of={data} />,
  };
}

const loadWebhooks = async () => api.GET('/api/admin/webhooks');

export function Webhooks(): ReactNode {
  const { can } = useSession();
  const change = useChange();
  const [shown, setShown] = useState<Webhook>();
  const list = useList<Webhook>(loadWebhooks);
  const create = (): void => change(additionOf(list.reload));
  const actions: Column<Webhook> = {
    title: 'Actions',
    cell: (webhook) => (
      <WebhookActions
        webhook={webhook}
        reload={list.reload}
        onShow={() => setShown(webhook)}
        mayManage={can('webhooks.manage')}
      />
    ),
  };
  return (
    <Page
      title="Webhooks"
      {...(can('webhooks.manage')
        ? { actions: <Button onPress={create}>Add webhook …</Button> }
        : {})}
    >
      <Section title="Endpoints">
        <ListTable
          list={list}
          label="Webhooks"
          columns={[...COLUMNS, actions]}
          empty="There are none."
        />
      </Section>
      {shown !== undefined && (
        <WebhookDeliveries
          key={shown.id}
          id={shown.id}
          url={shown.url}
          mayReplay={can('webhooks.manage')}
        />
      )}
    </Page>
  );
}
