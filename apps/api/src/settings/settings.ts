import * as Type from 'typebox';

import { authenticationSettings } from './authentication-settings.ts';
import { deliverySettings } from './delivery-settings.ts';
import { serverSettings, storageSettings } from './server-settings.ts';

/**
 * Every setting, by the name of its environment variable. `description` is what README.md says of
 * it, and `expected` what the message says when a value is refused; the value of one that `isSecret`
 * is never shown.
 */
export const settingsSchema = Type.Object({
  ...serverSettings,
  ...storageSettings,
  ...authenticationSettings,
  ...deliverySettings,
});

/** The settings as they stand in the environment, checked and with their defaults. */
export type Settings = Type.Static<typeof settingsSchema>;

export type SettingName = keyof typeof settingsSchema.properties;

export const settingNames = Object.keys(settingsSchema.properties) as readonly SettingName[];
