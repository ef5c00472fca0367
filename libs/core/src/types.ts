/** On whose behalf an operation runs. */
export type Actor =
  | { readonly type: 'account'; readonly id: string }
  | { readonly type: 'job'; readonly id: string }
  | { readonly type: 'worker'; readonly id: string }
  | { readonly type: 'anonymous'; readonly id: null };

/** A phone number in two parts, as clients send it and the database stores it. */
export interface PhoneNumber {
  /** Country calling code with a plus sign, such as `+91`. */
  readonly countryCode: string;
  /** National significant number, digits only once normalised. */
  readonly phoneNumber: string;
}
