import { useEffect, useState, type ReactNode } from 'react';

import { answerOf, api, type Account } from '../api.ts';
import { useChange } from '../changes/change.tsx';
import { useSession } from '../session.tsx';
import { Button } from '../ui/fields.tsx';
import { Section } from '../ui/page.tsx';
import { Maybe } from '../ui/values.tsx';

interface AccountProps {
  readonly account: Account;
  readonly reload: () => void;
}

export function AccountRoles({ account, reload }: AccountProps): ReactNode {
  const { can } = useSession();
  const change = useChange();
  const roles = useRoles(can('roles.read'));
  const params = { path: { account_id: account.id } };
  const missing = roles.filter((name) => !account.roles.includes(name));
  const grant = (): void =>
    change({
      title: 'Grant a role?',
      action: 'Grant',
      fields: [
        {
          name: 'role',
          label: 'Role',
          kind: roles.length === 0 ? 'text' : 'select',
          value: missing[0] ?? '',
          options: missing.map((name) => [name, name]),
        },
      ],
      done: 'The role is granted.',
      send: async ({ reason, headers }, { role = '' }) =>
        api.POST('/api/admin/accounts/{account_id}/grant-role', {
          params,
          headers,
          body: { reason, role },
        }),
      reload,
    });
  const revoke = (role: string): void =>
    change({
      title: `Revoke the role ${role}?`,
      action: 'Revoke',
      isDangerous: true,
      done: `The role ${role} is revoked.`,
      send: async ({ reason, headers }) =>
        api.POST('/api/admin/accounts/{account_id}/revoke-role', {
          params,
          headers,
          body: { reason, role },
        }),
      reload,
    });
  const mayManage = can('roles.manage');
  return (
    <Section
      title="Roles"
      {...(mayManage && account.state === 'active'
        ? { actions: <Button onPress={grant}>Grant role …</Button> }
        : {})}
    >
      {account.roles.length === 0 && <Maybe text="" />}
      <ul className="chips">
        {account.roles.map((role) => (
          <li key={role}>
            {role}
            {mayManage && (
              <Button label={`Revoke the role ${role}`} onPress={() => revoke(role)}>
                Revoke …
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** The names of all roles; none, if the operator may not read them. */
function useRoles(isReadable: boolean): readonly string[] {
  const [names, setNames] = useState<readonly string[]>([]);
  useEffect(() => {
    if (isReadable) {
      void answerOf(api.GET('/api/admin/roles')).then(({ data }) =>
        setNames(data?.items.map(({ name }) => name) ?? []),
      );
    }
  }, [isReadable]);
  return names;
}
