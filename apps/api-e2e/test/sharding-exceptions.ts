/** Reads and writes of many documents that ask every shard: whoever needs them knows no key. */
export interface ShardingException {
  readonly why: string;
  readonly collection: string;
  /** What its filter names, in alphabetical order: exactly one of these sets. */
  readonly filters: readonly (readonly string[])[];
}

/** A search looks at one field after another, and leaves out what one before has found. */
function searchesForAccounts(): readonly (readonly string[])[] {
  const phone = 'phone_number.phone_number';
  const code = 'phone_number.country_code';
  const steps = [[], ['email'], ['first_name'], ['first_name', 'last_name']];
  const searched = steps.flatMap((fields, step) =>
    [[], [phone], [code], [code, phone]].map((number) => [
      ...(step > 1 || number.length > 0 ? ['email'] : []),
      ...fields,
      ...number,
    ]),
  );
  const states = [[], ['active'], ['active', 'disabled_at']];
  const cursors = [[], ['_id']];
  return searched.flatMap((fields) =>
    states.flatMap((state) =>
      cursors.map((cursor) =>
        [...new Set([...fields, ...state, ...cursor, 'erasure', 'username'])].toSorted(),
      ),
    ),
  );
}

export const SHARDING_EXCEPTIONS: readonly ShardingException[] = [
  {
    why: 'the list of live sessions of an account, at a login and for their owner',
    collection: 'sessions',
    filters: [['absolute_expires_at', 'account_id', 'expires_at', 'revoked_at']],
  },
  {
    why: "export and erasure, and at a login whether one of the account's sessions is from its device",
    collection: 'sessions',
    filters: [['account_id']],
  },
  { why: 'export and erasure', collection: 'account_identities', filters: [['account_id']] },
  {
    why: 'the contacts that are kept for an account that is claimed',
    collection: 'account_identities',
    filters: [['account_id', 'reserved_until']],
  },
  {
    why: 'the job that erases deleted and never verified accounts',
    collection: 'accounts',
    filters: [
      ['_id', 'active', 'deleted_at'],
      ['_id', 'active', 'created_at', 'email_verified', 'phone_number_proved'],
    ],
  },
  {
    why: 'operators look for an account by the beginning of a name or contact',
    collection: 'accounts',
    filters: searchesForAccounts(),
  },
  {
    why: "export, erasure, and an operator's questions",
    collection: 'audit_log',
    filters: [
      ['resource_id', 'resource_type'],
      [],
      ['_id', 'timestamp'],
      ['resource_id', 'resource_type', 'timestamp'],
      ['actor_id', 'actor_type'],
      ['actor_id', 'actor_type', 'timestamp'],
      ['_id', 'actor_id', 'actor_type', 'timestamp'],
      ['_id', 'resource_id', 'resource_type', 'timestamp'],
      ['counted_since', 'subject_digest', 'timestamp'],
    ],
  },
  { why: 'the job that ends their retention', collection: 'audit_log', filters: [['timestamp']] },
  {
    why: 'a worker that looks for due deliveries',
    collection: 'notification_deliveries',
    filters: [
      ['attempts', 'channel', 'expires_at', 'next_attempt_at', 'status'],
      ['attempts', 'channel', 'expires_at', 'next_attempt_at', 'priority', 'status'],
      ['expires_at', 'leased_until', 'payload', 'status'],
      ['expires_at', 'payload', 'status'],
      ['$changeStream'],
    ],
  },
  {
    why: 'export and erasure, and dropping what is queued for a deleted account',
    collection: 'notification_deliveries',
    filters: [['account_id'], ['account_id', 'channel', 'status', 'topic']],
  },
  {
    why: 'the messages that failed or were given up, for operators',
    collection: 'notification_deliveries',
    filters: [
      ['_id', 'status'],
      ['_id', 'last_error', 'status'],
    ],
  },
  {
    why: 'the delivery that sums up notices, or the dead letter of those that cannot be sent',
    collection: 'notification_deliveries',
    filters: [
      [
        ...['attempts', 'channel', 'expires_at', 'leased_until', 'next_attempt_at'],
        ...['notice_key', 'status', 'times'],
      ],
      ['attempts', 'notice_key', 'status', 'times'],
    ],
  },
  {
    why: 'metrics of the queue',
    collection: 'notification_deliveries',
    filters: [['status'], ['next_attempt_at', 'status', 'times']],
  },
  {
    why: 'the check, at a start, of the secret key that they are encrypted with',
    collection: 'notification_deliveries',
    filters: [['payload'], ['_id', 'payload']],
  },
];
