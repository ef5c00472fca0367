import type { AccountState, AccountSummary } from '@org/account';
import { formatE164, toCanonicalId, type PhoneNumber } from '@org/core';
import { Option, type Command } from 'commander';

import type { PageParams } from '../command-services.ts';
import type { Perform } from '../operator.ts';
import { detailsResult, pageResult, type Columns } from '../output.ts';
import { addPageOptions } from './add-command.ts';

const resourceType = 'accounts';
/** Of an account, the latest. */
const RECORDS_SHOWN = 20;
const STATES: readonly AccountState[] = ['active', 'disabled', 'deleted'];

const ACCOUNT_COLUMNS: Columns<AccountSummary> = {
  ID: ({ id }) => id,
  STATE: ({ state }) => state,
  USERNAME: ({ username }) => username,
  'E-MAIL': ({ email }) => email ?? '',
  PHONE: ({ phoneNumber }) => formatPhoneNumber(phoneNumber),
  NAME: ({ firstName, lastName }) => `${firstName} ${lastName}`.trim(),
  CREATED: ({ createdAt }) => createdAt.toISOString(),
};

interface SearchOptions extends PageParams {
  readonly state?: AccountState;
}

/** Finding accounts, and what is known about one. */
export function addAccountLookupCommands(accounts: Command, perform: Perform): void {
  addSearch(accounts, perform);
  addShow(accounts, perform);
}

function addSearch(accounts: Command, perform: Perform): void {
  const search = accounts
    .command('search <text>')
    .description('Accounts whose username, e-mail address, phone number or name begins with a text')
    .addOption(new Option('--state <state>', 'in this state alone').choices(STATES));
  addPageOptions(search).action(
    async (query: string, { state, limit, cursor }: SearchOptions, command: Command) => {
      // The text is not recorded: it may name people. Nor is the cursor, which has a name in it.
      const subject = { resourceType, parameters: { state, limit } };
      await perform(command, subject, async ({ support }, context) =>
        pageResult(
          await support.searchAccounts({ query, state, limit, cursor }, context),
          ACCOUNT_COLUMNS,
        ),
      );
    },
  );
}

function addShow(accounts: Command, perform: Perform): void {
  accounts
    .command('show <id>')
    .description(
      'An account: state, names, roles, sessions, messages, changes of contact, latest records',
    )
    .action(async (id: string, _options: object, command: Command) => {
      const accountId = toCanonicalId(id);
      const subject = { resourceType, resourceId: accountId };
      await perform(command, subject, async ({ audit, roles: service, support }, context) => {
        const { account, ...rest } = await support.getAccountWhole({ accountId }, context);
        const roles = await service.findRolesByAccountId({ accountId }, context);
        const { items: records } = await audit.findRecordsByResource(
          { ...subject, limit: RECORDS_SHOWN },
          context,
        );
        return detailsResult({ ...account, ...rest, roles, audit: records });
      });
    });
}

export function formatPhoneNumber(phoneNumber: PhoneNumber | null): string {
  return phoneNumber === null ? '' : formatE164(phoneNumber);
}
