import { useEffect, useState, type ReactNode } from 'react';

import { answerOf, api, type ApiError, type Got } from '../api.ts';
import { Failure, Loading, Page, Section } from '../ui/page.tsx';
import { Plot, type Series } from '../ui/plot.tsx';
import { Time } from '../ui/values.tsx';

type HealthNow = Got<'/api/admin/health'>;
type Minute = HealthNow['minutes'][number];

const EVERY_MILLISECONDS = 30_000;

const PLOTS: readonly { readonly title: string; readonly series: readonly Series<Minute>[] }[] = [
  {
    title: 'Requests a minute',
    series: [
      { name: 'requests', value: ({ requests }) => requests },
      { name: 'server errors', value: ({ server_errors }) => server_errors },
    ],
  },
  {
    title: 'Latency in ms',
    series: [
      { name: 'median', value: ({ latency_milliseconds: { p50 } }) => p50 },
      { name: '95th percentile', value: ({ latency_milliseconds: { p95 } }) => p95 },
      { name: '99th percentile', value: ({ latency_milliseconds: { p99 } }) => p99 },
    ],
  },
  {
    title: 'Log-ins a minute',
    series: [
      { name: 'log-ins', value: ({ logins }) => logins },
      { name: 'failures', value: ({ failed_logins }) => failed_logins },
    ],
  },
  {
    title: 'Queued and dead',
    series: [
      { name: 'queued', value: ({ queued }) => queued },
      { name: 'dead letters', value: ({ dead }) => dead },
    ],
  },
];

export function Health(): ReactNode {
  const [health, setHealth] = useState<HealthNow>();
  const [error, setError] = useState<ApiError>();
  useEffect(() => {
    const load = async (): Promise<void> => {
      const answer = await answerOf(api.GET('/api/admin/health'));
      setError(answer.error);
      setHealth((before) => answer.data ?? before);
    };
    void load();
    const timer = setInterval(() => void load(), EVERY_MILLISECONDS);
    return () => clearInterval(timer);
  }, []);
  return (
    <Page title="Health">
      <Failure error={error} />
      {health === undefined ? error === undefined && <Loading /> : <Shown health={health} />}
    </Page>
  );
}

function Shown({ health: { process, state, minutes } }: { readonly health: HealthNow }): ReactNode {
  return (
    <>
      <Section title="Now">
        <Numbers state={state} />
      </Section>
      <h2>The last hour</h2>
      <p className="muted">
        Of the process {process.pid} on {process.host}, started <Time at={process.started_at} />.
      </p>
      <div className="plots">
        {PLOTS.map(({ title, series }) => (
          <div className="card" key={title}>
            <Plot
              title={title}
              series={series}
              points={minutes}
              from={minutes[0]?.from}
              to={minutes.at(-1)?.to}
            />
          </div>
        ))}
      </div>
    </>
  );
}

function Numbers({ state }: { readonly state: HealthNow['state'] }): ReactNode {
  const { jobs, events, messages, webhooks } = state;
  const numbers = [
    ['Jobs waiting', jobs.waiting],
    ['Jobs running', jobs.running],
    ['Dead jobs', jobs.dead],
    ['Events waiting', events.waiting],
    ['Events failing', events.failing],
    ['Dead events', events.dead],
    ['Messages queued', messages.queued],
    ['Dead messages', messages.dead],
    ['Webhooks enabled', webhooks.enabled],
    ['Webhooks failing', webhooks.failing],
    ['Webhooks disabled', webhooks.disabled],
    ['Calls queued', webhooks.queued],
  ] as const;
  return (
    <>
      <dl className="numbers">
        {numbers.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className={value > 0 && /dead|failing|disabled/i.test(name) ? 'bad' : ''}>
              {value}
            </dd>
          </div>
        ))}
      </dl>
      <p className="muted">
        {state.worker_seen_at === null ? (
          'No worker was seen yet.'
        ) : (
          <>
            A worker was last seen <Time at={state.worker_seen_at} />.
          </>
        )}
      </p>
    </>
  );
}
