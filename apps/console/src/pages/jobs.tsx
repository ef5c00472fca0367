import { useCallback, type ReactNode } from 'react';

import { api, type Answer, type ItemOf } from '../api.ts';
import { useChange, type Sent } from '../changes/change.tsx';
import { ReplayButton } from '../changes/replay-button.tsx';
import { useSession } from '../session.tsx';
import { Button } from '../ui/fields.tsx';
import { ListTable, useList } from '../ui/list.tsx';
import { Page, Section } from '../ui/page.tsx';
import type { Column } from '../ui/table.tsx';
import { Badge, Maybe, Time } from '../ui/values.tsx';

type Job = ItemOf<'/api/admin/jobs'>;

const NAME: Column<Job> = { title: 'Job', cell: ({ name }) => name };
const LAST_ERROR: Column<Job> = {
  title: 'Last error',
  cell: ({ last_error }) => <Maybe text={last_error} />,
};
const COLUMNS: readonly Column<Job>[] = [
  NAME,
  { title: 'Status', cell: ({ status }) => <Badge value={status} /> },
  {
    title: 'Schedule',
    cell: ({ schedule, timezone }) => (
      <Maybe text={schedule === null ? null : `${schedule} (${timezone})`} />
    ),
  },
  { title: 'Runs', cell: ({ runs_at }) => <Time at={runs_at} /> },
  { title: 'Attempts', cell: ({ attempts }) => attempts },
  LAST_ERROR,
];
const DEAD_COLUMNS: readonly Column<Job>[] = [
  NAME,
  { title: 'Dead since', cell: ({ dead_at }) => <Time at={dead_at} /> },
  { title: 'Attempts', cell: ({ attempts }) => attempts },
  LAST_ERROR,
];

const loadJobs = async (query: { cursor?: string }) =>
  api.GET('/api/admin/jobs', { params: { query } });
const loadDeadJobs = async (query: { cursor?: string }) =>
  api.GET('/api/admin/dead-jobs', { params: { query } });

export function Jobs(): ReactNode {
  const { can } = useSession();
  const change = useChange();
  const jobs = useList<Job>(loadJobs);
  const dead = useList<Job>(loadDeadJobs);
  const reload = useCallback(() => {
    jobs.reload();
    dead.reload();
  }, [jobs, dead]);
  const run = (): void =>
    change({
      title: 'Run a job?',
      action: 'Run',
      fields: [
        { name: 'name', label: 'Job', suggestions: namesOf([...jobs.items, ...dead.items]) },
        { name: 'payload', label: 'Payload, as JSON', kind: 'long', isOptional: true },
      ],
      done: 'The job is queued.',
      send: async ({ reason, headers }, { name = '', payload = '' }) =>
        runJob(name, payload, { reason, headers }),
      reload,
    });
  const replay: Column<Job> = {
    title: 'Again',
    cell: ({ id, name }) => <ReplayJob {...{ id, name, reload }} />,
  };
  return (
    <Page
      title="Jobs"
      {...(can('jobs.run') ? { actions: <Button onPress={run}>Run a job …</Button> } : {})}
    >
      <Section title="Dead">
        <ListTable
          list={dead}
          label="Dead jobs"
          columns={can('jobs.replay') ? [...DEAD_COLUMNS, replay] : DEAD_COLUMNS}
          empty="No job is dead."
        />
      </Section>
      <Section title="All">
        <ListTable list={jobs} label="Jobs" columns={COLUMNS} empty="There are none." />
      </Section>
    </Page>
  );
}

/** What can be chosen; another name can be typed, such as that of a job that never ran. */
function namesOf(jobs: readonly Job[]): readonly string[] {
  return [...new Set(jobs.map(({ name }) => name))].toSorted();
}

interface ReplayJobProps {
  readonly id: string;
  readonly name: string;
  readonly reload: () => void;
}

function ReplayJob({ id, name, reload }: ReplayJobProps): ReactNode {
  return (
    <ReplayButton
      what={name}
      title={`Run ${name} again?`}
      done="The job is queued again."
      send={async ({ reason, headers }) =>
        api.POST('/api/admin/dead-jobs/{id}/replay', {
          params: { path: { id } },
          headers,
          body: { reason },
        })
      }
      reload={reload}
    />
  );
}

async function runJob(name: string, text: string, sent: Sent): Promise<Answer<unknown>> {
  const { reason, headers } = sent;
  const params = { path: { name } };
  if (text.trim() === '') {
    return api.POST('/api/admin/jobs/{name}/run', { params, headers, body: { reason } });
  }
  let payload: Record<string, never>;
  try {
    payload = JSON.parse(text) as Record<string, never>;
  } catch {
    return { error: { code: 'JSON', message: 'Not sent: the payload is not JSON.' } };
  }
  return api.POST('/api/admin/jobs/{name}/run', { params, headers, body: { reason, payload } });
}
