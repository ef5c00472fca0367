import type { AccountSettings } from '../types.ts';
import {
  AccountDeletionWriter,
  type AccountDeletionWriterDependencies,
} from './account-deletion-writer.ts';
import {
  AccountErasureWriter,
  type AccountErasureWriterDependencies,
} from './account-erasure-writer.ts';
import {
  AccountExportReader,
  type AccountExportReaderDependencies,
} from './account-export-reader.ts';
import { AccountNotices } from './account-notices.ts';
import {
  AccountPasswordWriter,
  type AccountPasswordWriterDependencies,
} from './account-password-writer.ts';
import {
  AccountPhoneNumberWriter,
  type AccountPhoneNumberWriterDependencies,
} from './account-phone-number-writer.ts';
import { AccountReader, type AccountReaderDependencies } from './account-reader.ts';
import { AccountUtil } from './account-util.ts';
import { AccountWriter, type AccountWriterDependencies } from './account-writer.ts';
import { DeletedAccountReader } from './deleted-account-reader.ts';
import { CurrentPassword } from './current-password.ts';
import { PasswordBlocklist } from './password-blocklist.ts';
import { PASSWORD_MINIMUM_LENGTH, PasswordPolicy } from './password-policy.ts';
import {
  PasswordResetWriter,
  type PasswordResetWriterDependencies,
} from './password-reset-writer.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

type Dependencies = AccountReaderDependencies &
  AccountExportReaderDependencies &
  AccountWriterDependencies &
  AccountPhoneNumberWriterDependencies &
  AccountPasswordWriterDependencies &
  PasswordResetWriterDependencies &
  AccountDeletionWriterDependencies &
  AccountErasureWriterDependencies;

/** What is made here; the service brings the rest. */
type Made = 'util' | 'passwordPolicy' | 'notices' | 'settings';

export interface AccountUseCasesDependencies extends Omit<Dependencies, Made> {
  readonly settings: AccountSettings;
}

/** The readers, writers and parts that the service works through, each made once. */
export class AccountUseCases {
  readonly notices: AccountNotices;
  readonly reader: AccountReader;
  readonly exportReader: AccountExportReader;
  readonly currentPassword: CurrentPassword;
  readonly writer: AccountWriter;
  readonly phoneNumberWriter: AccountPhoneNumberWriter;
  readonly passwordWriter: AccountPasswordWriter;
  readonly passwordResetWriter: PasswordResetWriter;
  readonly deletionWriter: AccountDeletionWriter;
  readonly erasureWriter: AccountErasureWriter;
  readonly deletedAccountReader: DeletedAccountReader;

  constructor({ settings, ...others }: AccountUseCasesDependencies) {
    this.notices = new AccountNotices(others.notification);
    const dependencies: Dependencies = {
      ...others,
      util: new AccountUtil(settings.passwordHashing),
      passwordPolicy: createPasswordPolicy(settings),
      notices: this.notices,
      settings: withDefaults(settings),
    };
    this.reader = new AccountReader(dependencies);
    this.exportReader = new AccountExportReader(dependencies);
    this.currentPassword = new CurrentPassword({ ...dependencies, reader: this.reader });
    this.writer = new AccountWriter(dependencies);
    this.phoneNumberWriter = new AccountPhoneNumberWriter(dependencies);
    this.passwordWriter = new AccountPasswordWriter(dependencies);
    this.passwordResetWriter = new PasswordResetWriter(dependencies);
    this.deletionWriter = new AccountDeletionWriter(dependencies);
    this.erasureWriter = new AccountErasureWriter(dependencies);
    this.deletedAccountReader = new DeletedAccountReader(dependencies);
  }
}

function createPasswordPolicy(settings: AccountSettings): PasswordPolicy {
  const { passwordBlocklist = true, passwordMinimumLength = PASSWORD_MINIMUM_LENGTH } = settings;
  return new PasswordPolicy(
    settings,
    passwordBlocklist ? new PasswordBlocklist(passwordMinimumLength) : undefined,
  );
}

function withDefaults(settings: AccountSettings): Dependencies['settings'] {
  return {
    webAppUrl: settings.webAppUrl ?? 'http://localhost:3000',
    tokenTimeToLiveMilliseconds: settings.passwordResetTokenTimeToLive ?? 30 * MINUTE,
    restoreTimeToLiveMilliseconds: settings.restoreTimeToLive ?? 30 * DAY,
    unprovedTimeToLiveMilliseconds: settings.unprovedTimeToLive ?? 7 * DAY,
  };
}
