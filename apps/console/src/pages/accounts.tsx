import { useCallback, useEffect, useState, type SubmitEvent, type ReactNode } from 'react';
import { Link, useSearchParams } from 'wouter';

import { api, type ItemOf } from '../api.ts';
import { useChange } from '../changes/change.tsx';
import { useSession } from '../session.tsx';
import { Button, InputField, SelectField } from '../ui/fields.tsx';
import { ListTable, useList } from '../ui/list.tsx';
import { Page } from '../ui/page.tsx';
import type { Column } from '../ui/table.tsx';
import { Badge, Maybe, phoneText, Time } from '../ui/values.tsx';

type Found = ItemOf<'/api/admin/accounts'>;

const COLUMNS: readonly Column<Found>[] = [
  {
    title: 'Account',
    cell: ({ id, username, email }) => (
      <Link href={`/accounts/${id}`}>{username || email || id}</Link>
    ),
  },
  {
    title: 'Name',
    cell: ({ first_name, last_name }) => <Maybe text={`${first_name} ${last_name}`.trim()} />,
  },
  { title: 'E-mail', cell: ({ email }) => <Maybe text={email} /> },
  { title: 'Phone', cell: ({ phone_number }) => <Maybe text={phoneText(phone_number)} /> },
  { title: 'State', cell: ({ state }) => <Badge value={state} /> },
  { title: 'Created', cell: ({ created_at }) => <Time at={created_at} /> },
];

const STATES = [
  ['', 'Any'],
  ['active', 'Active'],
  ['disabled', 'Disabled'],
  ['deleted', 'Deleted'],
] as const;

/** Search, kept in the address, so that going back leads to what was found. */
export function Accounts(): ReactNode {
  const [search, setSearch] = useSearchParams();
  const [query, setQuery] = useState('');
  const [state, setState] = useState('');
  const applied = { query: search.get('query') ?? '', state: search.get('state') ?? '' };
  useEffect(() => {
    setQuery(applied.query);
    setState(applied.state);
  }, [applied.query, applied.state]);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setSearch({ query: query.trim(), state });
  };
  return (
    <Page title="Accounts" actions={<EndAllSessions />}>
      <form role="search" className="card filters" onSubmit={submit}>
        <InputField
          label="Search"
          type="search"
          value={query}
          onChange={setQuery}
          isRequired
          help="What a name, a username, an e-mail address or a phone number begins with."
        />
        <SelectField label="State" value={state} onChange={setState} options={STATES} />
        <Button isSubmit tone="main">
          Search
        </Button>
      </form>
      {applied.query !== '' && <Results {...applied} />}
    </Page>
  );
}

/** For an emergency. */
function EndAllSessions(): ReactNode {
  const { can, reload } = useSession();
  const change = useChange();
  const endAll = (): void =>
    change({
      title: 'End the sessions of everybody?',
      text: 'All accounts are logged out at once, on all devices; you, too.',
      action: 'End all sessions',
      isDangerous: true,
      done: 'All sessions have ended.',
      send: async ({ reason, headers }) =>
        api.POST('/api/admin/sessions/end-all', { headers, body: { reason } }),
      reload: () => void reload(),
    });
  return (
    can('sessions.end-all') && (
      <Button tone="danger" onPress={endAll}>
        End all sessions …
      </Button>
    )
  );
}

function Results({ query, state }: { readonly query: string; readonly state: string }): ReactNode {
  const load = useCallback(
    async (cursor: { cursor?: string }) => {
      const filter = state === '' ? {} : { state: state as Found['state'] };
      return api.GET('/api/admin/accounts', { params: { query: { query, ...filter, ...cursor } } });
    },
    [query, state],
  );
  const list = useList<Found>(load);
  return (
    <section className="card" aria-label="Found">
      <p role="status" className="muted">
        {list.isLoading ? 'Searching …' : summary(list.items.length, list.cursor !== null)}
      </p>
      <ListTable list={list} label="Accounts" columns={COLUMNS} empty="Try fewer characters." />
    </section>
  );
}

function summary(count: number, hasMore: boolean): string {
  if (count === 0) {
    return 'No account found.';
  }
  return hasMore ? `The first ${count} accounts` : `${count} found`;
}
