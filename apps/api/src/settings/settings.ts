import type { Setting, SettingValues } from '@org/core';

import { authenticationSettings } from './authentication-settings.ts';
import { deliverySettings } from './delivery-settings.ts';
import { serverSettings } from './server-settings.ts';
import { storageSettings } from './storage-settings.ts';
import { tracingSettings } from './tracing-settings.ts';

/** Every setting, by its environment variable, in README.md's order. */
export const settings = {
  ...serverSettings,
  ...storageSettings,
  ...authenticationSettings,
  ...deliverySettings,
  ...tracingSettings,
} satisfies Readonly<Record<string, Setting>>;

export type SettingName = keyof typeof settings;

/** Durations are in milliseconds. */
export type Settings = SettingValues<typeof settings>;

export const settingNames = Object.keys(settings) as readonly SettingName[];
