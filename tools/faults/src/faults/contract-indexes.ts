/** What of an index the contract fixes. */
interface Index {
  readonly key: object;
  readonly unique?: boolean;
}

/** Such as `accounts {"username":1} unique`. */
export function describeIndex(collection: string, { key, unique }: Index): string {
  return `${collection} ${JSON.stringify(key)}${unique === true ? ' unique' : ''}`;
}

/** The indexes that http-contract.md gives keys for. */
export const CONTRACT_INDEXES: readonly string[] = [
  describeIndex('accounts', { key: { username: 1 }, unique: true }),
  describeIndex('accounts', {
    key: { 'phone_number.country_code': 1, 'phone_number.phone_number': 1 },
    unique: true,
  }),
  describeIndex('account_notification_preferences', {
    key: { active: 1, account_id: 1 },
    unique: true,
  }),
  describeIndex('otps', {
    key: { 'phone_number.country_code': 1, 'phone_number.phone_number': 1, purpose: 1 },
    unique: true,
  }),
  describeIndex('password_reset_tokens', { key: { token_hash: 1 }, unique: true }),
  describeIndex('audit_log', { key: { resource_type: 1, resource_id: 1, timestamp: 1 } }),
  describeIndex('audit_log', { key: { actor_type: 1, actor_id: 1, timestamp: 1 } }),
  describeIndex('job_run', { key: { job_name: 1, started_at: -1 } }),
  describeIndex('job_run', { key: { status: 1 } }),
];
