import type { Binary, Db, ObjectId } from 'mongodb';

type Stored<Fields> = readonly Readonly<Fields & { _id: ObjectId }>[];

type PhoneNumberDocument = Readonly<Record<'country_code' | 'phone_number', string>>;

export type FieldChange = Readonly<Record<'old' | 'new', unknown>>;

/**
 * The documents of the contract, as far as the invariants look at them: all of them, because a fault
 * leaves some thousands.
 */
export interface StoredDocuments {
  readonly accounts: Stored<{
    active: boolean;
    username: string;
    email?: string | null;
    first_name: string;
    phone_number: PhoneNumberDocument | null;
  }>;
  readonly identities: readonly {
    readonly _id: string;
    readonly account_id: string;
    readonly reserved_until?: Date;
  }[];
  readonly identityStates: readonly { readonly state: string }[];
  readonly preferences: Stored<{ account_id: string; active: boolean; sms_enabled: boolean }>;
  readonly sessions: Stored<{
    account_id: string;
    generation: number;
    revoked_at: Date | null;
    expires_at: Date;
    absolute_expires_at: Date;
  }>;
  readonly otps: Stored<{
    phone_number: PhoneNumberDocument;
    attempts: number;
    status: string;
    active: boolean;
  }>;
  readonly emailCodes: Stored<{ attempts: number; status: string; active: boolean }>;
  readonly passwordResetTokens: Stored<{ account: ObjectId }>;
  readonly deliveries: Stored<{
    account_id: string;
    topic: string;
    status: string;
    payload?: Binary;
    leased_until: Date | null;
  }>;
  readonly audit: Stored<{
    resource_type: string;
    resource_id: string;
    action: string;
    outcome: string;
    changes?: Readonly<Record<string, FieldChange>> | null;
  }>;
  readonly jobRuns: Stored<{ status: string; ended_at?: Date | null }>;
}

const NAMES: Readonly<Record<keyof StoredDocuments, string>> = {
  accounts: 'accounts',
  identities: 'account_identities',
  identityStates: 'account_identity_state',
  preferences: 'account_notification_preferences',
  sessions: 'sessions',
  otps: 'otps',
  emailCodes: 'email_codes',
  passwordResetTokens: 'password_reset_tokens',
  deliveries: 'notification_deliveries',
  audit: 'audit_log',
  jobRuns: 'job_run',
};

/** Every collection of the contract that a fault may touch. */
export const COLLECTION_NAMES: readonly string[] = Object.values(NAMES);

export async function readStoredDocuments(database: Db): Promise<StoredDocuments> {
  const reads = Object.entries(NAMES).map(
    async ([key, name]) => [key, await database.collection(name).find().toArray()] as const,
  );
  return Object.fromEntries(await Promise.all(reads)) as unknown as StoredDocuments;
}

export function idOf({ _id }: { readonly _id: ObjectId }): string {
  return _id.toHexString();
}

type Numbered = Readonly<Record<'phone_number', PhoneNumberDocument | null>>;

/** The number of an account or a one-time password; empty without one. */
export function numberOf({ phone_number: number }: Numbered): string {
  return number === null ? '' : `${number.country_code} ${number.phone_number}`;
}
