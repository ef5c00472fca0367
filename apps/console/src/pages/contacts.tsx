import { useCallback, type ReactNode } from 'react';

import { api } from '../api.ts';
import { Button } from '../ui/fields.tsx';
import { useList } from '../ui/list.tsx';
import { Failure, Loading, Page } from '../ui/page.tsx';
import { ContactRequests, type ContactRequest } from './contact-requests.tsx';

/** Contacts that wait for another operator. */
export function Contacts(): ReactNode {
  const load = useCallback(
    async (cursor: { cursor?: string }) =>
      api.GET('/api/admin/contact-requests', { params: { query: cursor } }),
    [],
  );
  const list = useList<ContactRequest>(load);
  return (
    <Page title="Contact changes">
      <section className="card" aria-label="Waiting for approval">
        {list.isLoading ? <Loading /> : <ContactRequests items={list.items} reload={list.reload} />}
        <Failure error={list.error} />
        {list.cursor !== null && <Button onPress={list.loadMore}>Show more</Button>}
      </section>
    </Page>
  );
}
