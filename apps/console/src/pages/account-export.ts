import { api, type Answer } from '../api.ts';

/** Downloads what is stored of an account. Its route heeds no `Idempotency-Key`: it changes nothing. */
export async function exportAccount(accountId: string, reason: string): Promise<Answer<unknown>> {
  const { data, error, response } = await api.POST('/api/admin/accounts/{account_id}/export', {
    params: { path: { account_id: accountId } },
    body: { reason },
    parseAs: 'blob',
  });
  if (data !== undefined) {
    save(data, `account-${accountId}.json`);
  }
  return { error, response };
}

function save(content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
