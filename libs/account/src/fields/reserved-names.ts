/** Of accounts in the database and on the wire, those that further capabilities will need, too. */
const ACCOUNT = [
  'id',
  'active',
  'first_name',
  'last_name',
  'username',
  'hashed_password',
  'phone_number',
  'phone_number_proved',
  'phone_number_verified',
  'email',
  'email_verified',
  'identity_version',
  'contact_lock',
  'session_epoch',
  'role',
  'roles',
  'permissions',
  'disabled_at',
  'deleted_at',
  'erasure',
  'created_at',
  'updated_at',
];

/** Of what is sent and answered together with an account. */
const BESIDE_ACCOUNTS = [
  'account_id',
  'password',
  'current_password',
  'new_password',
  'token',
  'refresh_token',
  'otp_code',
  'email_code',
  'country_code',
  'session_id',
  'sessions',
  'notification_preferences',
  'email_enabled',
  'push_enabled',
  'sms_enabled',
  'topics',
  'reason',
  'code',
  'message',
  'details',
  'request_id',
];

const RESERVED = new Set([...ACCOUNT, ...BESIDE_ACCOUNTS]);

/** Whether a field of one's own may not have this name, in snake_case. */
export function isReservedName(name: string): boolean {
  return RESERVED.has(name);
}
