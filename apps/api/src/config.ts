import { addDotenv, readSettings, SettingsError, type Environment } from '@org/core';

import { findContradictions, findProductionProblems } from './config-problems.ts';
import {
  toEmailConfig,
  toPushConfig,
  toSmsConfig,
  type EmailConfig,
  type PushConfig,
  type SmsConfig,
} from './settings/delivery-config.ts';
import { settings, type Settings } from './settings/settings.ts';

/** Which part of the work a process does. */
export type Role = 'api' | 'worker' | 'all';

/** What the program runs with: the settings by their names, durations in milliseconds, and what follows. */
export interface Config extends Settings {
  readonly ROLE: Role;
  readonly API_DOCS: boolean;
  readonly SHUTDOWN_DELAY: number;
  /** Without a slash at its end. */
  readonly WEB_APP_URL: string;
  readonly email: EmailConfig;
  readonly sms: SmsConfig;
  /** Undefined: push is off. */
  readonly push: PushConfig | undefined;
}

/**
 * Reads the settings. A variable that is set but empty counts as not set.
 *
 * @throws SettingsError
 */
export function readConfig(environment: Environment): Config {
  const { values, problems } = readSettings(settings, environment);
  if (problems.length > 0) {
    throw new SettingsError(problems);
  }
  const contradictions: string[] = [];
  const config = toConfig(values, contradictions);
  contradictions.push(...findContradictions(config));
  if (config.NODE_ENV === 'production') {
    contradictions.push(...findProductionProblems(config));
  }
  if (contradictions.length > 0) {
    throw new SettingsError(contradictions);
  }
  return config;
}

/** The process's environment over a `.env` file, and the names in that file that are likely misspelt. */
export function readEnvironment(): {
  readonly environment: Environment;
  readonly unknownNames: readonly string[];
} {
  const { environment, namesInFile } = addDotenv(process.env);
  return { environment, unknownNames: namesInFile.filter((name) => !(name in settings)) };
}

function toConfig(values: Settings, problems: string[]): Config {
  const { NODE_ENV: environment } = values;
  return {
    ...values,
    ROLE: values.ROLE ?? (environment === 'development' ? 'all' : 'api'),
    API_DOCS: values.API_DOCS ?? environment !== 'production',
    SHUTDOWN_DELAY: values.SHUTDOWN_DELAY ?? 0,
    WEB_APP_URL: (values.WEB_APP_URL ?? 'http://localhost:3000').replace(/\/+$/, ''),
    email: toEmailConfig(values, problems),
    sms: toSmsConfig(values, problems),
    push: toPushConfig(values, problems),
  };
}
