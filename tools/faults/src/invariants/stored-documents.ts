import type { Binary, Db, Document, ObjectId } from 'mongodb';

/** The documents of the contract, as far as the invariants look at them. */
interface Stored {
  readonly _id: ObjectId;
}

export interface PhoneNumberDocument {
  readonly country_code: string;
  readonly phone_number: string;
}

export interface AccountDocument extends Stored {
  readonly active: boolean;
  readonly username: string;
  readonly first_name: string;
  readonly phone_number: PhoneNumberDocument | null;
}

export interface PreferencesDocument extends Stored {
  readonly account_id: string;
  readonly active: boolean;
  readonly sms_enabled: boolean;
}

export interface SessionDocument extends Stored {
  readonly account_id: string;
  readonly generation: number;
  readonly rotated_at: Date | null;
  readonly revoked_at: Date | null;
  readonly expires_at: Date;
  readonly absolute_expires_at: Date;
}

export interface OtpDocument extends Stored {
  readonly phone_number: PhoneNumberDocument;
  readonly attempts: number;
  readonly status: string;
  readonly active: boolean;
}

export interface PasswordResetTokenDocument extends Stored {
  readonly account: ObjectId;
  readonly is_used: boolean;
  readonly expires_at: Date;
}

export interface DeliveryDocument extends Stored {
  readonly account_id: string;
  readonly topic: string;
  readonly status: string;
  readonly attempts: number;
  readonly payload?: Binary;
  readonly leased_until: Date | null;
  readonly next_attempt_at: Date;
}

export interface FieldChange {
  readonly old: unknown;
  readonly new: unknown;
}

export interface AuditDocument extends Stored {
  readonly resource_type: string;
  readonly resource_id: string;
  readonly action: string;
  readonly outcome: string;
  readonly changes?: Readonly<Record<string, FieldChange>> | null;
}

export interface JobRunDocument extends Stored {
  readonly status: string;
  readonly ended_at?: Date | null;
}

const NAMES = {
  accounts: 'accounts',
  preferences: 'account_notification_preferences',
  sessions: 'sessions',
  otps: 'otps',
  passwordResetTokens: 'password_reset_tokens',
  deliveries: 'notification_deliveries',
  audit: 'audit_log',
  jobRuns: 'job_run',
} as const;

/** Every collection of the contract that a fault may touch. */
export const COLLECTION_NAMES: readonly string[] = Object.values(NAMES);

/** What is stored: everything, because a fault leaves some thousands of documents. */
export interface StoredDocuments {
  readonly accounts: readonly AccountDocument[];
  readonly preferences: readonly PreferencesDocument[];
  readonly sessions: readonly SessionDocument[];
  readonly otps: readonly OtpDocument[];
  readonly passwordResetTokens: readonly PasswordResetTokenDocument[];
  readonly deliveries: readonly DeliveryDocument[];
  readonly audit: readonly AuditDocument[];
  readonly jobRuns: readonly JobRunDocument[];
}

export async function readStoredDocuments(database: Db): Promise<StoredDocuments> {
  const read = async <Name extends Document>(name: string): Promise<Name[]> =>
    (await database.collection(name).find().toArray()) as unknown as Name[];
  return {
    accounts: await read<AccountDocument>(NAMES.accounts),
    preferences: await read<PreferencesDocument>(NAMES.preferences),
    sessions: await read<SessionDocument>(NAMES.sessions),
    otps: await read<OtpDocument>(NAMES.otps),
    passwordResetTokens: await read<PasswordResetTokenDocument>(NAMES.passwordResetTokens),
    deliveries: await read<DeliveryDocument>(NAMES.deliveries),
    audit: await read<AuditDocument>(NAMES.audit),
    jobRuns: await read<JobRunDocument>(NAMES.jobRuns),
  };
}

/** The documents of each key, for looking up without going through all of them. */
export function groupBy<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [item]);
    } else {
      group.push(item);
    }
  }
  return groups;
}

export function idOf({ _id }: Stored): string {
  return _id.toHexString();
}

export function numberOf({ country_code, phone_number }: PhoneNumberDocument): string {
  return `${country_code} ${phone_number}`;
}
