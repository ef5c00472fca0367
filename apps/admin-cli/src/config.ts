import {
  addDotenv,
  findRepeatedSecretKeys,
  readSettings,
  setting,
  SettingsError,
  type Environment,
  type SettingValues,
} from '@org/core';

const { duration, secretKey, text } = setting;

const key = secretKey({
  description: 'As the program has it.',
  advice: 'set it to the one of your program',
});

/** The program's settings that the command line needs; README.md describes them. */
const settings = {
  MONGODB_URI: text({ isSecret: true, description: 'Unset: the running development program' }),
  DATA_DIR: text({ byDefault: '.data', description: 'Where a development program has its data' }),
  SECRET_KEY: key,
  SECRET_KEY_NEXT: key,
  SECRET_KEY_PREVIOUS: key,
  ACCOUNT_RESTORE_TTL: duration({
    byDefault: '30d',
    description: 'How long a deleted account can be restored',
  }),
};

export type Config = SettingValues<typeof settings>;

/**
 * Reads the settings. A variable that is set but empty counts as not set.
 *
 * @throws SettingsError
 */
export function readConfig(environment: Environment): Config {
  const { values, problems } = readSettings(settings, environment);
  const { SECRET_KEY, SECRET_KEY_NEXT, SECRET_KEY_PREVIOUS } = values;
  const keys = { SECRET_KEY, SECRET_KEY_NEXT, SECRET_KEY_PREVIOUS };
  const found = [...problems, ...findRepeatedSecretKeys(keys)];
  if (found.length > 0) {
    throw new SettingsError(found);
  }
  return values;
}

/** The process's environment on top of a `.env` file. */
export function readEnvironment(): Environment {
  return addDotenv(process.env).environment;
}
