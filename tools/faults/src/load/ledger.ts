/** A field that is written again and again, by one writer at a time. */
export class WrittenValue<Value> {
  /** What may be stored now. */
  possible: readonly Value[];

  constructor(acknowledged: Value) {
    this.possible = [acknowledged];
  }

  acknowledge(value: Value): void {
    this.possible = [value];
  }

  /** Nobody knows whether the write took place. */
  doubt(value: Value): void {
    this.possible = [...new Set([...this.possible, value])];
  }
}

export interface LedgerAccount {
  readonly id: string;
  /** Only where there is a profile to write. */
  readonly firstName?: WrittenValue<string>;
  readonly smsEnabled?: WrittenValue<boolean>;
  readonly active: WrittenValue<boolean>;
  /** How many were asked for with success. */
  oneTimePasswords: number;
  passwordResets: number;
}

export interface LedgerSession {
  readonly id: string;
  generation: number;
}

/** Every write that was acknowledged: what must be in the database, whatever happened. */
export class Ledger {
  readonly accounts: LedgerAccount[] = [];
  readonly sessions: LedgerSession[] = [];
  acknowledged = 0;

  addAccount(account: Pick<LedgerAccount, 'id' | 'firstName' | 'smsEnabled'>): LedgerAccount {
    const counts = { oneTimePasswords: 0, passwordResets: 0 };
    const added = { ...account, active: new WrittenValue(true), ...counts };
    this.accounts.push(added);
    return added;
  }

  addSession(session: LedgerSession): LedgerSession {
    const added = { ...session };
    this.sessions.push(added);
    return added;
  }
}
