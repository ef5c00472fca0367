import { useCallback, useEffect, useMemo, useState, type SubmitEvent, type ReactNode } from 'react';
import { useSearchParams } from 'wouter';

import { api, type AuditRecord } from '../api.ts';
import { AUDIT_COLUMNS } from '../ui/audit-table.tsx';
import { Button, InputField, SelectField } from '../ui/fields.tsx';
import { ListTable, useList } from '../ui/list.tsx';
import { Page } from '../ui/page.tsx';

const FILTERS = [
  ['account', 'Account'],
  ['actor', 'Actor'],
  ['resource', 'Resource'],
] as const;
const ACTORS = ['account', 'worker', 'anonymous', 'system'].map((type) => [type, type] as const);
const NAMES = ['by', 'id', 'type', 'from', 'to'] as const;
type Filter = Record<(typeof NAMES)[number], string>;

/** The audit log of an account, an actor or a resource, kept in the address. */
export function Audit(): ReactNode {
  const [search, setSearch] = useSearchParams();
  const applied = useMemo(() => filterOf(search), [search]);
  return (
    <Page title="Audit">
      <FilterForm applied={applied} onApply={setSearch} />
      {applied.id !== '' && <Records key={search.toString()} filter={applied} />}
    </Page>
  );
}

function filterOf(search: URLSearchParams): Filter {
  const entries = NAMES.map((name) => [name, search.get(name) ?? '']);
  const filter = Object.fromEntries(entries) as Filter;
  return { ...filter, by: filter.by || 'account' };
}

interface FilterFormProps {
  readonly applied: Filter;
  readonly onApply: (filter: Filter) => void;
}

function FilterForm({ applied, onApply }: FilterFormProps): ReactNode {
  const [filter, setFilter] = useState(applied);
  useEffect(() => setFilter(applied), [applied]);
  const setTo = (name: keyof Filter) => (value: string) => setFilter({ ...filter, [name]: value });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onApply({ ...filter, id: filter.id.trim() });
  };
  return (
    <form role="search" className="card filters" onSubmit={submit}>
      <InputField label="Id" value={filter.id} onChange={setTo('id')} isRequired />
      <SelectField label="Of" value={filter.by} onChange={setTo('by')} options={FILTERS} />
      {filter.by === 'actor' && (
        <SelectField
          label="Type"
          value={filter.type || 'account'}
          onChange={setTo('type')}
          options={ACTORS}
        />
      )}
      {filter.by === 'resource' && (
        <InputField label="Type" value={filter.type} onChange={setTo('type')} isRequired />
      )}
      <InputField label="From" type="datetime-local" value={filter.from} onChange={setTo('from')} />
      <InputField label="To" type="datetime-local" value={filter.to} onChange={setTo('to')} />
      <Button isSubmit tone="main">
        Show
      </Button>
    </form>
  );
}

function Records({ filter }: { readonly filter: Filter }): ReactNode {
  const load = useCallback(
    async (cursor: { cursor?: string }) =>
      api.GET('/api/admin/audit', { params: { query: { ...queryOf(filter), ...cursor } } }),
    [filter],
  );
  const list = useList<AuditRecord>(load);
  return (
    <section className="card" aria-label="Records">
      <ListTable
        list={list}
        label="Audit records"
        columns={AUDIT_COLUMNS}
        empty="There is no such record."
      />
    </section>
  );
}

function queryOf({ by, id, type, from, to }: Filter): Record<string, string> {
  const times = {
    ...(from === '' ? {} : { from: new Date(from).toISOString() }),
    ...(to === '' ? {} : { to: new Date(to).toISOString() }),
  };
  if (by === 'resource') {
    return { resource_id: id, resource_type: type, ...times };
  }
  return by === 'actor'
    ? { actor_id: id, actor_type: type || 'account', ...times }
    : { account_id: id, ...times };
}
