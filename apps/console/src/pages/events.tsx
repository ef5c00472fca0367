import type { ReactNode } from 'react';

import { api, type ItemOf } from '../api.ts';
import { ReplayButton } from '../changes/replay-button.tsx';
import { useSession } from '../session.tsx';
import { ListTable, useList } from '../ui/list.tsx';
import { Page, Section } from '../ui/page.tsx';
import type { Column } from '../ui/table.tsx';
import { AccountLink, Maybe, Time } from '../ui/values.tsx';

type Waiting = ItemOf<'/api/admin/dead-events'>;

const COLUMNS: readonly Column<Waiting>[] = [
  { title: 'Event', cell: ({ event }) => <Maybe text={event} /> },
  { title: 'Listener', cell: ({ listener }) => listener },
  { title: 'Account', cell: ({ account_id }) => <AccountLink id={account_id} /> },
  { title: 'Attempts', cell: ({ attempts }) => attempts },
  { title: 'Last error', cell: ({ last_error }) => <Maybe text={last_error} /> },
  { title: 'Created', cell: ({ created_at }) => <Time at={created_at} /> },
];

const loadDead = async (query: { cursor?: string }) =>
  api.GET('/api/admin/dead-events', { params: { query } });
const loadWaiting = async (query: { cursor?: string }) =>
  api.GET('/api/admin/waiting-events', { params: { query } });

export function Events(): ReactNode {
  const { can } = useSession();
  const dead = useList<Waiting>(loadDead);
  const waiting = useList<Waiting>(loadWaiting);
  const again: Column<Waiting> = {
    title: 'Again',
    cell: (item) => <ReplayEvent item={item} reload={dead.reload} />,
  };
  const due: Column<Waiting> = { title: 'Due', cell: ({ due_at }) => <Time at={due_at} /> };
  return (
    <Page title="Events">
      <Section title="Dead">
        <ListTable
          list={dead}
          label="Dead events"
          columns={can('events.replay') ? [...COLUMNS, again] : COLUMNS}
          empty="No event is dead."
        />
      </Section>
      <Section title="Waiting">
        <ListTable
          list={waiting}
          label="Waiting events"
          columns={[...COLUMNS, due]}
          empty="No event is waiting."
        />
      </Section>
    </Page>
  );
}

interface ReplayEventProps {
  readonly item: Waiting;
  readonly reload: () => void;
}

function ReplayEvent({ item: { id, event, listener }, reload }: ReplayEventProps): ReactNode {
  const what = `${event ?? 'the event'} for ${listener}`;
  return (
    <ReplayButton
      what={what}
      title={`Deliver ${what} again?`}
      done="The event is queued again."
      send={async ({ reason, headers }) =>
        api.POST('/api/admin/dead-events/{id}/replay', {
          params: { path: { id } },
          headers,
          body: { reason },
        })
      }
      reload={reload}
    />
  );
}
