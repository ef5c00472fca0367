import type { ReactNode } from 'react';

import { api, type Account } from '../api.ts';
import { useChange, type Change } from '../changes/change.tsx';
import type { FieldSpec } from '../changes/change-fields.tsx';
import { useSession } from '../session.tsx';
import { Button } from '../ui/fields.tsx';
import { Section } from '../ui/page.tsx';
import { exportAccount } from './account-export.ts';

interface Action extends Omit<Change, 'reload'> {
  readonly permission: string;
  /** Whether it makes sense for the account as it is. */
  readonly isFor: boolean;
}

interface AccountProps {
  readonly account: Account;
  readonly reload: () => void;
}

export function AccountActions({ account, reload }: AccountProps): ReactNode {
  const { can } = useSession();
  const change = useChange();
  const actions = actionsOf(account).filter(({ permission, isFor }) => isFor && can(permission));
  if (actions.length === 0) {
    return null;
  }
  return (
    <Section title="Actions">
      <div className="actions">
        {actions.map((action) => (
          <Button
            key={action.action}
            {...(action.isDangerous === true ? { tone: 'danger' as const } : {})}
            onPress={() => change({ ...action, reload })}
          >
            {action.action} …
          </Button>
        ))}
      </div>
    </Section>
  );
}

function actionsOf(account: Account): readonly Action[] {
  return [...helpingActions(account), ...stateActions(account)];
}

const CHANNEL: FieldSpec = {
  name: 'channel',
  label: 'To',
  kind: 'select',
  value: 'email',
  options: [
    ['email', 'E-mail address'],
    ['phone', 'Phone number'],
  ],
};

function helpingActions({ id, state, username }: Account): readonly Action[] {
  const params = { path: { account_id: id } };
  const isActive = state === 'active';
  return [
    {
      permission: 'accounts.end-sessions',
      isFor: state !== 'deleted',
      title: `End all sessions of ${username || id}?`,
      text: 'All of its devices are logged out at once.',
      action: 'End sessions',
      done: 'The sessions have ended.',
      send: async ({ reason, headers }) =>
        api.POST('/api/admin/accounts/{account_id}/end-sessions', {
          params,
          headers,
          body: { reason },
        }),
    },
    {
      permission: 'accounts.send-reset',
      isFor: isActive,
      title: 'Send a link for a new password?',
      text: 'It goes where one would go that the owner asks for.',
      action: 'Send reset',
      done: 'The link is on its way.',
      send: async ({ reason, headers }) =>
        api.POST('/api/admin/accounts/{account_id}/send-reset', {
          params,
          headers,
          body: { reason },
        }),
    },
    {
      permission: 'accounts.resend-code',
      isFor: isActive,
      title: 'Send the code again?',
      action: 'Resend code',
      fields: [CHANNEL],
      done: 'A code is on its way.',
      send: async ({ reason, headers }, { channel }) =>
        api.POST('/api/admin/accounts/{account_id}/resend-code', {
          params,
          headers,
          body: { reason, channel: channel === 'phone' ? 'phone' : 'email' },
        }),
    },
    {
      permission: 'accounts.unlock',
      isFor: isActive,
      title: 'Unlock the account?',
      text: 'Failed attempts at passwords and codes are forgotten.',
      action: 'Unlock',
      done: 'The account is unlocked.',
      send: async ({ reason, headers }) =>
        api.POST('/api/admin/accounts/{account_id}/unlock', { params, headers, body: { reason } }),
    },
    {
      permission: 'accounts.export',
      isFor: true,
      title: 'Export what is stored of the account?',
      text: 'Your browser downloads a file with personal data. Hand it to nobody but its owner.',
      action: 'Export',
      done: 'The export is downloaded.',
      send: async ({ reason }) => exportAccount(id, reason),
    },
  ];
}

function stateActions({ id, state, username, disabled_at }: Account): readonly Action[] {
  const params = { path: { account_id: id } };
  const name = username || id;
  return [
    {
      permission: 'accounts.disable',
      isFor: state === 'active',
      title: `Disable ${name}?`,
      text: 'Its sessions end, and nobody can log in to it until it is enabled. Its owner is told.',
      action: 'Disable',
      isDangerous: true,
      done: 'The account is disabled.',
      send: async ({ reason, headers }) =>
        api.POST('/api/admin/accounts/{account_id}/disable', { params, headers, body: { reason } }),
    },
    {
      permission: 'accounts.disable',
      isFor: state === 'disabled',
      title: `Enable ${name}?`,
      text: 'Its owner can log in again, and is told.',
      action: 'Enable',
      done: 'The account is enabled.',
      send: async ({ reason, headers }) =>
        api.POST('/api/admin/accounts/{account_id}/enable', { params, headers, body: { reason } }),
    },
    {
      permission: 'accounts.delete',
      isFor: state !== 'deleted',
      title: `Delete ${name}?`,
      text: 'As if its owner had deleted it. Its owner is told. It can be restored for a while; then what is stored of the person is erased.',
      action: 'Delete',
      isDangerous: true,
      done: 'The account is deleted.',
      send: async ({ reason, headers }) =>
        api.POST('/api/admin/accounts/{account_id}/delete', { params, headers, body: { reason } }),
    },
    {
      permission: 'accounts.restore',
      isFor: state === 'deleted',
      title: `Restore ${name}?`,
      action: 'Restore',
      done:
        disabled_at === null
          ? 'The account is restored.'
          : 'The account is restored, and still disabled.',
      send: async ({ reason, headers }) =>
        api.POST('/api/admin/accounts/{account_id}/restore', { params, headers, body: { reason } }),
    },
    {
      permission: 'accounts.erase',
      isFor: state === 'deleted',
      title: `Erase ${name}?`,
      text: 'What is stored of the person is erased for good.',
      action: 'Erase',
      isDangerous: true,
      fields: [{ name: 'now', label: 'Also if it could still be restored', kind: 'checkbox' }],
      done: 'The account is being erased.',
      send: async ({ reason, headers }, { now }) =>
        api.POST('/api/admin/accounts/{account_id}/erase', {
          params,
          headers,
          body: { reason, now: now === 'on' },
        }),
    },
  ];
}
