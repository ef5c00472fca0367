import { setting } from '@org/core';

import { isConnectionString } from './address-formats.ts';

const { duration, flag, secretKey, text, wholeNumber } = setting;

export const HOW_TO_MAKE_A_SECRET_KEY = 'make one with: openssl rand -base64 32';

/** Where data is stored and what protects it. */
export const storageSettings = {
  MONGODB_URI: text(
    {
      isSecret: true,
      description:
        'Connection string of a replica set or sharded cluster; unset, the program runs a mongod of its own (not in production)',
    },
    {
      accepts: isConnectionString,
      expected:
        'a connection string that begins with mongodb:// or mongodb+srv://, with options that its driver knows and special characters of a password as %XX',
    },
  ),
  MONGOD_BINARY: text({ description: 'The mongod that the program runs; unset, it looks for one' }),
  DATA_DIR: text({
    byDefault: '.data',
    description: "Folder of that mongod's data and of the development secret key",
  }),
  SECRET_KEY: secretKey({
    advice: HOW_TO_MAKE_A_SECRET_KEY,
    description:
      'Root of all keys, at least 32 random bytes in base64; required in production, made once and kept in DATA_DIR otherwise',
  }),
  SECRET_KEY_NEXT: secretKey({
    advice: HOW_TO_MAKE_A_SECRET_KEY,
    description: 'The SECRET_KEY to be: only decrypts, until every process has it',
  }),
  SECRET_KEY_PREVIOUS: secretKey({
    advice: HOW_TO_MAKE_A_SECRET_KEY,
    description: 'The SECRET_KEY before it was changed; still decrypts',
  }),
  AUDIT_OWNER_READS: flag({
    byDefault: 'off',
    description: 'Whether reads of personal data by their owner are recorded',
  }),
  AUDIT_RETENTION: duration({ byDefault: '400d', description: 'How long audit records are kept' }),
  ACCOUNT_RESTORE_TTL: duration({
    byDefault: '30d',
    description: 'How long a deleted account can be restored before its personal data is erased',
  }),
  TASK_MAX_PER_ACCOUNT: wholeNumber({
    from: 1,
    to: 1_000_000,
    byDefault: '100000',
    description: 'Tasks that one account may have; above it, no further one is stored',
  }),
};
