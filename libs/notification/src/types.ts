/** Which channels may carry messages that can be switched off. */
export interface AccountNotificationPreferences {
  readonly accountId: string;
  readonly emailEnabled: boolean;
  readonly pushEnabled: boolean;
  readonly smsEnabled: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface AccountNotificationPreferencesByAccountIdParams {
  readonly accountId: string;
}

/** A flag that is left out keeps its value, or becomes true where there are no preferences yet. */
export interface CreateOrUpdateAccountNotificationPreferencesParams {
  readonly accountId: string;
  readonly emailEnabled?: boolean;
  readonly pushEnabled?: boolean;
  readonly smsEnabled?: boolean;
}
