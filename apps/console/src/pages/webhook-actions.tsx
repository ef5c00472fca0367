import type { ReactNode } from 'react';

import { api, type ItemOf } from '../api.ts';
import { useChange, type Change } from '../changes/change.tsx';
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
            onPress={() => change({ ...each, onDone: reload, show })}
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

function changesOf({ id, url, state }: Webhook): readonly Omit<Change, 'onDone'>[] {
  const params = { path: { id } };
  return [
    state === 'disabled'
      ? {
          title: `Enable ${url}?`,
          action: 'Enable',
          done: 'The webhook is enabled.',
          send: async (reason) =>
            api.POST('/api/admin/webhooks/{id}/enable', { params, body: { reason } }),
        }
      : {
          title: `Disable ${url}?`,
          action: 'Disable',
          isDangerous: true,
          done: 'The webhook is disabled.',
          send: async (reason) =>
            api.POST('/api/admin/webhooks/{id}/disable', { params, body: { reason } }),
        },
    {
      title: `Send a test to ${url}?`,
      action: 'Test',
      done: 'The test is on its way.',
      send: async (reason) =>
        api.POST('/api/admin/webhooks/{id}/send-test', { params, body: { reason } }),
    },
    {
      title: `Give ${url} another secret?`,
      action: 'Rotate secret',
      fields: [{ name: 'now', label: 'End the former secret at once', kind: 'checkbox' }],
      done: 'The webhook has another secret.',
      send: async (reason, { now }) =>
        api.POST('/api/admin/webhooks/{id}/rotate-secret', {
          params,
          body: { reason, now: now === 'on' },
        }),
    },
    {
      title: `Remove ${url}?`,
      action: 'Remove',
      isDangerous: true,
      done: 'The webhook is removed.',
      send: async (reason) =>
        api.POST('/api/admin/webhooks/{id}/remove', { params, body: { reason } }),
    },
  ];
}
