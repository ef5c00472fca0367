import { useCallback, type ReactNode } from 'react';

import { api } from '../api.ts';
import { ListTable, useList } from '../ui/list.tsx';
import { Page } from '../ui/page.tsx';
import { useContactColumns, type ContactRequest } from './contact-requests.tsx';

/** Contacts that wait for another operator. */
export function Contacts(): ReactNode {
  const load = useCallback(
    async (cursor: { cursor?: string }) =>
      api.GET('/api/admin/contact-requests', { params: { query: cursor } }),
    [],
  );
  const list = useList<ContactRequest>(load);
  const columns = useContactColumns(list.reload);
  return (
    <Page title="Contact changes">
      <section className="card" aria-label="Waiting for approval">
        <ListTable
          list={list}
          label="Contact changes that wait for approval"
          columns={columns}
          empty="Nothing waits for approval."
        />
      </section>
    </Page>
  );
}
