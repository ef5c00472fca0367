import { parseE164 } from '@org/core';

import { listFormats, parseList, type ListFormat } from './setting-parsers.ts';
import type { Settings } from './settings.ts';

/** The comma separated settings. What is wrong is added to `problems`. */
export function parseLists(settings: Settings, problems: string[]) {
  const parse = (
    name:
      | 'TRUSTED_PROXIES'
      | 'CORS_ALLOWED_ORIGINS'
      | 'CLEAR_SITE_DATA'
      | 'OTP_TEST_PHONE_NUMBERS'
      | 'PHONE_COUNTRIES',
    format: ListFormat,
  ): readonly string[] => parseList(name, settings[name], problems, format);
  return {
    trustedProxies: parse('TRUSTED_PROXIES', listFormats.addressRanges),
    corsAllowedOrigins: parse('CORS_ALLOWED_ORIGINS', listFormats.origins),
    clearSiteData: parse('CLEAR_SITE_DATA', listFormats.siteData),
    otpTestPhoneNumbers: parse('OTP_TEST_PHONE_NUMBERS', listFormats.phoneNumbers).flatMap(
      (number) => parseE164(number) ?? [],
    ),
    phoneCountries: parse('PHONE_COUNTRIES', listFormats.countries),
  };
}
