import { useCallback, useEffect, useState, type ReactNode } from 'react';

import { answerOf, api, type ItemOf } from '../api.ts';
import { useChange } from '../changes/change.tsx';
import { listOf, type FieldSpec } from '../changes/change-fields.tsx';
import { useSession } from '../session.tsx';
import { Button } from '../ui/fields.tsx';
import { ListTable, useList } from '../ui/list.tsx';
import { Page, Section } from '../ui/page.tsx';
import type { Column } from '../ui/table.tsx';
import { Maybe } from '../ui/values.tsx';
import { RoleGrants } from './role-grants.tsx';

type Role = ItemOf<'/api/admin/roles'>;

const COLUMNS: readonly Column<Role>[] = [
  {
    title: 'Role',
    cell: ({ name, is_built_in }) => (
      <>
        {name} {is_built_in && <span className="muted">(built in)</span>}
      </>
    ),
  },
  {
    title: 'Permissions',
    cell: ({ permissions }) => (
      <Maybe text={permissions.includes('*') ? 'all' : permissions.toSorted().join(', ')} />
    ),
  },
];

const loadRoles = async () => api.GET('/api/admin/roles');

export function Roles(): ReactNode {
  const { can } = useSession();
  const change = useChange();
  const permissions = usePermissions();
  const roles = useList<Role>(loadRoles);
  const create = (): void =>
    change({
      title: 'Create a role?',
      text: 'You can only give what you have yourself.',
      action: 'Create',
      fields: [{ name: 'name', label: 'Name' }, boxesOf(permissions, [])],
      done: 'The role is created.',
      send: async ({ reason, headers }, { name = '', permissions: chosen }) =>
        api.POST('/api/admin/roles', {
          headers,
          body: { reason, name, permissions: listOf(chosen) },
        }),
      reload: roles.reload,
    });
  const edit: Column<Role> = {
    title: 'Change',
    cell: (role) => <RoleActions {...{ role, permissions, reload: roles.reload }} />,
  };
  const mayManage = can('roles.manage');
  return (
    <Page
      title="Roles"
      {...(mayManage ? { actions: <Button onPress={create}>Create role …</Button> } : {})}
    >
      <Section title="All">
        <ListTable
          list={roles}
          label="Roles"
          columns={mayManage ? [...COLUMNS, edit] : COLUMNS}
          empty="There are none."
        />
      </Section>
      <RoleGrants roles={roles.items.map(({ name }) => name)} />
    </Page>
  );
}

function boxesOf(all: readonly string[], chosen: readonly string[]): FieldSpec {
  return {
    name: 'permissions',
    label: 'Permissions',
    kind: 'checkboxes',
    value: chosen.join(' '),
    options: all.map((name) => [name, name]),
  };
}

interface RoleActionsProps {
  readonly role: Role;
  readonly permissions: readonly string[];
  readonly reload: () => void;
}

function RoleActions({ role, permissions, reload }: RoleActionsProps): ReactNode {
  const change = useChange();
  const { name } = role;
  const params = { path: { name } };
  if (role.permissions.includes('*')) {
    return <span className="muted">cannot be changed</span>;
  }
  const edit = (): void =>
    change({
      title: `Change the role ${name}?`,
      text: 'Whoever has it gets and loses permissions at once.',
      action: 'Change',
      fields: [boxesOf(permissions, role.permissions)],
      done: `The role ${name} is changed.`,
      send: async ({ reason, headers }, values) =>
        api.PATCH('/api/admin/roles/{name}', {
          params,
          headers,
          body: { reason, permissions: listOf(values['permissions']) },
        }),
      reload,
    });
  const remove = (): void =>
    change({
      title: `Remove the role ${name}?`,
      action: 'Remove',
      isDangerous: true,
      done: `The role ${name} is removed.`,
      send: async ({ reason, headers }) =>
        api.POST('/api/admin/roles/{name}/remove', { params, headers, body: { reason } }),
      reload,
    });
  return (
    <div className="actions">
      <Button label={`Change the role ${name}`} onPress={edit}>
        Change …
      </Button>
      {!role.is_built_in && (
        <Button label={`Remove the role ${name}`} tone="danger" onPress={remove}>
          Remove …
        </Button>
      )}
    </div>
  );
}

function usePermissions(): readonly string[] {
  const [names, setNames] = useState<readonly string[]>([]);
  const load = useCallback(async () => {
    const { data } = await answerOf(api.GET('/api/admin/permissions'));
    setNames(data?.items.map(({ name }) => name).toSorted() ?? []);
  }, []);
  useEffect(() => void load(), [load]);
  return names;
}
