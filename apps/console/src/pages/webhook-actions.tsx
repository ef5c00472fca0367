import type { ReactNode } from 'react';

import { api, type ItemOf } from '../api.ts';
import { useChange, type Change } from '../changes/change.tsx';
import { listOf, type FieldSpec } from '../changes/change-fields.tsx';
import { Button } from '../ui/fields.tsx';

type Webhook = ItemOf<'/api/admin/webhooks'>;

interface WebhookActionsProps {
  readonly webhook: Webhook;
  readonly reload: () => void;
  readonly onShow: () => void;
  readonly mayManage: boolean;
}

export function WebhookActions(props: WebhookActionsProps): ReactNode {
  const { webhook, reload, onShow, mayManage } = props;
  const change = useChange();
  const show = (data: unknown): ReactNode => (hasSecret(data) ? <Secret of={data} /> : undefined);
  return (
    <div className="actions">
      <Button label={`Deliveries to ${webhook.url}`} onPress={onShow}>
        Deliveries
      </Button>
      {mayManage &&
        changesOf(webhook).map((each) => (
          <Button
            key={each.action}
            label={`${each.action}: ${webhook.url}`}
            {...(each.isDangerous === true ? { tone: 'danger' as const } : {})}
            onPress={() => change({ ...each, reload, show })}
          >
            {each.action} …
          </Button>
        ))}
    </div>
  );
}

function hasSecret(data: unknown): data is { readonly secret: string } {
  return typeof data === 'object' && data !== null && 'secret' in data;
}

/** A secret, which is shown once. */
export function Secret({ of }: { readonly of: unknown }): ReactNode {
  return (
    <div role="group" aria-label="Secret">
      <p>This is its secret. Keep it now: it is not shown again.</p>
      <p>
        <code>{hasSecret(of) ? of.secret : ''}</code>
      </p>
      <Button slot="close">Close</Button>
    </div>
  );
}

/** What is given of a webhook; as it is, if there is one. */
export function fieldsOf(webhook?: Webhook): readonly FieldSpec[] {
  const { url = '', events = [], description = '' } = webhook ?? {};
  return [
    { name: 'url', label: 'Address', kind: 'url', value: url },
    {
      name: 'events',
      label: 'Events',
      value: events.join(' '),
      help: 'Separated by spaces, such as account.created.',
    },
    { name: 'description', label: 'Description', value: description, isOptional: true },
  ];
}

function changesOf(webhook: Webhook): readonly Omit<Change, 'reload'>[] {
  const { id, url, state } = webhook;
  const params = { path: { id } };
  return [
    {
      title: `Change ${url}?`,
      action: 'Change',
      fields: fieldsOf(webhook),
      done: 'The webhook is changed.',
      send: async ({ reason, headers }, { events, ...given }) =>
        api.PATCH('/api/admin/webhooks/{id}', {
          params,
          headers,
          body: { reason, ...given, events: listOf(events) },
        }),
    },
    state === 'disabled'
      ? {
          title: `Enable ${url}?`,
          action: 'Enable',
          done: 'The webhook is enabled.',
          send: async ({ reason, headers }) =>
            api.POST('/api/admin/webhooks/{id}/enable', { params, headers, body: { reason } }),
        }
      : {
          title: `Disable ${url}?`,
          action: 'Disable',
          isDangerous: true,
          done: 'The webhook is disabled.',
          send: async ({ reason, headers }) =>
            api.POST('/api/admin/webhooks/{id}/disable', { params, headers, body: { reason } }),
        },
    {
      title: `Send a test to ${url}?`,
      action: 'Test',
      done: 'The test is on its way.',
      send: async ({ reason, headers }) =>
        api.POST('/api/admin/webhooks/{id}/send-test', { params, headers, body: { reason } }),
    },
    {
      title: `Give ${url} another secret?`,
      action: 'Rotate secret',
      fields: [{ name: 'now', label: 'End the former secret at once', kind: 'checkbox' }],
      done: 'The webhook has another secret.',
      send: async ({ reason, headers }, { now }) =>
        api.POST('/api/admin/webhooks/{id}/rotate-secret', {
          params,
          headers,
          body: { reason, now: now === 'on' },
        }),
    },
    {
      title: `Remove ${url}?`,
      action: 'Remove',
      isDangerous: true,
      done: 'The webhook is removed.',
      send: async ({ reason, headers }) =>
        api.POST('/api/admin/webhooks/{id}/remove', { params, headers, body: { reason } }),
    },
  ];
}
