import { useCallback, useState, type ReactNode } from 'react';

import { api, type ItemOf } from '../api.ts';
import { SelectField } from '../ui/fields.tsx';
import { ListTable, useList } from '../ui/list.tsx';
import { Section } from '../ui/page.tsx';
import type { Column } from '../ui/table.tsx';
import { AccountLink, Time } from '../ui/values.tsx';

type Grant = ItemOf<'/api/admin/role-grants'>;

const COLUMNS: readonly Column<Grant>[] = [
  { title: 'Account', cell: ({ account_id }) => <AccountLink id={account_id} /> },
  { title: 'Roles', cell: ({ roles }) => roles.join(', ') },
  { title: 'Since', cell: ({ created_at }) => <Time at={created_at} /> },
  { title: 'Changed', cell: ({ updated_at }) => <Time at={updated_at} /> },
];

/** Who has which role; granted and revoked on the page of the account. */
export function RoleGrants({ roles }: { readonly roles: readonly string[] }): ReactNode {
  const [role, setRole] = useState('');
  const load = useCallback(
    async (cursor: { cursor?: string }) =>
      api.GET('/api/admin/role-grants', {
        params: { query: { ...(role === '' ? {} : { role }), ...cursor } },
      }),
    [role],
  );
  const list = useList<Grant>(load);
  return (
    <Section title="Who has them">
      <SelectField
        label="Role"
        value={role}
        onChange={setRole}
        options={[['', 'Any'], ...roles.map((name) => [name, name] as const)]}
      />
      <ListTable list={list} label="Who has roles" columns={COLUMNS} empty="Nobody has it." />
      <p className="muted">Roles are granted and revoked on the page of an account.</p>
    </Section>
  );
}
