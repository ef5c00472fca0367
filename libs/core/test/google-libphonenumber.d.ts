/** What the judge calls of Google's own library, which has no types. */
declare module 'google-libphonenumber' {
  interface GoogleNumber {
    getCountryCode(): number;
  }
  interface PhoneNumberUtil {
    getSupportedRegions(): string[];
    getSupportedGlobalNetworkCallingCodes(): number[];
    getExampleNumberForType(region: string, type: number): GoogleNumber | null;
    getExampleNumberForNonGeoEntity(callingCode: number): GoogleNumber | null;
    parse(text: string): GoogleNumber;
    isValidNumber(phoneNumber: GoogleNumber): boolean;
    format(phoneNumber: GoogleNumber, format: number): string;
  }
  const library: {
    readonly PhoneNumberUtil: { getInstance(): PhoneNumberUtil };
    readonly PhoneNumberType: Readonly<Record<string, number>>;
    readonly PhoneNumberFormat: Readonly<Record<'E164' | 'INTERNATIONAL' | 'NATIONAL', number>>;
  };
  export type { GoogleNumber };
  export default library;
}
