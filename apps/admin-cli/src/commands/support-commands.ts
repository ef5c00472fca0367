import type { ContactRequest } from '@org/account';
import { toCanonicalId, type OperationContext, type PhoneNumber } from '@org/core';
import { Option, type Command } from 'commander';

import type { CommandServices } from '../command-services.ts';
import type { Perform } from '../operator.ts';
import { parsePhoneNumberOption } from '../option-parsers.ts';
import { detailsResult, messageResult, type Columns } from '../output.ts';
import { formatPhoneNumber } from './account-lookup-commands.ts';
import { addReason, performList, performOnId } from './add-command.ts';

const resourceType = 'accounts';
const REQUESTS = 'account_contact_requests';

const REQUEST_COLUMNS: Columns<ContactRequest> = {
  ID: ({ id }) => id,
  ACCOUNT: ({ accountId }) => accountId,
  CONTACT: ({ email, phoneNumber }) => email ?? formatPhoneNumber(phoneNumber),
  'ASKED BY': ({ requestedBy: { type, id } }) => `${type} ${id ?? ''}`.trim(),
  ASKED: ({ requestedAt }) => requestedAt.toISOString(),
  'APPROVE BY': ({ expiresAt }) => expiresAt.toISOString(),
};

interface ContactOptions {
  readonly email?: string;
  readonly phoneNumber?: PhoneNumber;
}

/** What operators do for owners, and to accounts. */
export function addSupportCommands(accounts: Command, perform: Perform): void {
  addSimpleCommands(accounts, perform);
  addCode(accounts, perform);
  addContactCommands(accounts, perform);
  addExport(accounts, perform);
}

type Operation = (
  support: CommandServices['support'],
  accountId: string,
  context: OperationContext,
) => Promise<string>;

function addSimpleCommands(accounts: Command, perform: Perform): void {
  const add = (command: Command, operation: Operation) => {
    performOnId(command, perform, resourceType, async ({ support }, id, context) =>
      messageResult(await operation(support, id, context), { accountId: id }),
    );
  };
  const disable = accounts
    .command('disable <id>')
    .description('End its sessions, and let nobody log in to it');
  add(disable, async (support, id, context) => {
    await support.disableAccount({ accountId: id }, context);
    return `Account ${id} is disabled.`;
  });
  const enable = accounts.command('enable <id>').description('Let its owner log in again');
  add(enable, async (support, id, context) => {
    await support.enableAccount({ accountId: id }, context);
    return `Account ${id} is enabled.`;
  });
  const endSessions = accounts.command('end-sessions <id>').description('End all its sessions');
  add(endSessions, async (support, id, context) => {
    await support.endSessions({ accountId: id }, context);
    return `All sessions of account ${id} have ended.`;
  });
  const sendReset = accounts
    .command('send-reset <id>')
    .description('Mail it a link for a new password');
  add(sendReset, async (support, id, context) => {
    const { expiresAt } = await support.sendPasswordReset({ accountId: id }, context);
    return `The link will be mailed. It is good until ${expiresAt.toISOString()}.`;
  });
  const unlock = accounts
    .command('unlock <id>')
    .description('Forget its failed log-ins and what was sent to it');
  add(unlock, async (support, id, context) => {
    await support.unlock({ accountId: id }, context);
    return `Account ${id} waits for no pause.`;
  });
}

function addCode(accounts: Command, perform: Perform): void {
  const resend = accounts
    .command('resend-code <id>')
    .description('Send it another code to log in with')
    .addOption(
      new Option('--channel <channel>', 'to where')
        .choices(['email', 'phone'])
        .makeOptionMandatory(),
    );
  addReason(resend).action(
    async (id: string, { channel }: { channel: 'email' | 'phone' }, command: Command) => {
      const accountId = toCanonicalId(id);
      const subject = { resourceType, resourceId: accountId, parameters: { channel } };
      await perform(command, subject, async ({ support }, context) => {
        const { expiresAt } = await support.resendCode({ accountId, channel }, context);
        const text = `The code will be sent. It is good until ${expiresAt.toISOString()}.`;
        return messageResult(text, { accountId, expiresAt });
      });
    },
  );
}

function addContactCommands(accounts: Command, perform: Perform): void {
  addContactRequest(accounts, perform);
  performList(
    accounts.command('contact-requests').description('Changes of contact to be approved'),
    perform,
    {
      resourceType: REQUESTS,
      columns: REQUEST_COLUMNS,
      list: ({ support }, page, context) => support.listContactRequests(page, context),
    },
  );
  const approve = accounts
    .command('approve-contact <request>')
    .description('Make a change of contact that another operator asked for');
  performOnId(approve, perform, REQUESTS, async ({ support }, requestId, context) => {
    const { accountId } = await support.approveContactChange({ requestId }, context);
    return messageResult(`The contact of account ${accountId} is changed.`, { accountId });
  });
  const reject = accounts
    .command('reject-contact <request>')
    .description('Refuse a change of contact, or take it back');
  performOnId(reject, perform, REQUESTS, async ({ support }, requestId, context) => {
    await support.rejectContactChange({ requestId }, context);
    return messageResult(`Request ${requestId} is refused.`, { requestId });
  });
}

function addContactRequest(accounts: Command, perform: Perform): void {
  const change = accounts
    .command('change-contact <id>')
    .description('Ask for another e-mail address or phone number; another operator approves it')
    .addOption(new Option('--email <address>', 'the new address').conflicts('phoneNumber'))
    .addOption(
      new Option('--phone-number <number>', 'the new number, such as +919999999999').argParser(
        parsePhoneNumberOption,
      ),
    );
  addReason(change).action(async (id: string, options: ContactOptions, command: Command) => {
    const { email: emailAddress, phoneNumber } = options;
    if (emailAddress === undefined && phoneNumber === undefined) {
      command.error('error: say which: --email or --phone-number');
    }
    const accountId = toCanonicalId(id);
    const kind = emailAddress === undefined ? 'phone' : 'email';
    const subject = { resourceType, resourceId: accountId, parameters: { kind } };
    await perform(command, subject, async ({ support }, context) => {
      const requested = { accountId, emailAddress, phoneNumber };
      const { id: requestId, expiresAt } = await support.requestContactChange(requested, context);
      const text = `Request ${requestId} can be approved until ${expiresAt.toISOString()}.`;
      return messageResult(text, { requestId, expiresAt });
    });
  });
}

function addExport(accounts: Command, perform: Perform): void {
  const command = accounts
    .command('export-data <id>')
    .description('Print everything stored about an account, as JSON, for its owner');
  performOnId(command, perform, resourceType, async ({ accounts: service }, accountId, context) =>
    detailsResult(await service.exportData({ accountId }, context)),
  );
}
