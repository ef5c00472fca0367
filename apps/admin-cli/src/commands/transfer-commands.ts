import type { Command } from 'commander';

import { describe, exportFile, importFile, STANDARD_STREAM } from '../account-files.ts';
import type { Perform } from '../operator.ts';
import { parseFile } from '../option-parsers.ts';
import { addReason } from './add-command.ts';

const resourceType = 'accounts';

interface ImportOptions {
  readonly dryRun?: boolean;
  readonly report?: string;
}

interface ExportOptions {
  readonly withHashes?: boolean;
}

/** Accounts out of a file, and into one. */
export function addTransferCommands(accounts: Command, perform: Perform): void {
  const importing = accounts
    .command('import')
    .description('Create the accounts of a file, one JSON object a line; may be repeated')
    .argument('<file>', '- for standard input', parseFile)
    .option('--dry-run', 'check each line as an import would, and store none')
    .option(
      '--report <file>',
      'where to list refused lines, in place of what is there (default: <file>.refused.ndjson, or the next free <file>.refused-2.ndjson)',
      parseFile,
    )
    .addHelpText(
      'after',
      '\nIf lines are refused, the others are imported, and the exit code is 3.',
    );
  addReason(importing).action(
    async (file: string, { dryRun = false, report }: ImportOptions, command: Command) => {
      if (file === STANDARD_STREAM && report === undefined) {
        command.error('error: say where to list refused lines of the standard input: --report');
      }
      // No names of files: they may name people.
      const subject = { resourceType, parameters: { dryRun }, isLong: true };
      const options = { file, report, isDryRun: dryRun };
      await perform(command, subject, async ({ transfer }, context, _confirm, streams) => {
        const { report: listed, ...counts } = await importFile(transfer, options, streams, context);
        const where = listed === undefined ? '' : `; see ${listed}`;
        const text = `${dryRun ? 'Nothing is stored. It would be ' : ''}${describe(counts)}${where}.`;
        const data = { ...counts, report: listed ?? null };
        return { data, text, recorded: counts, isPartial: listed !== undefined };
      });
    },
  );

  const exporting = accounts
    .command('export')
    .description('Write all accounts that are not deleted to a file, as import reads them')
    .argument('[file]', '- for standard output, as without one', parseFile)
    .option('--with-hashes', 'with the hashes of their passwords');
  addReason(exporting).action(
    async (given: string | undefined, { withHashes = false }: ExportOptions, command: Command) => {
      const file = given === STANDARD_STREAM ? undefined : given;
      // A name with "hash" in it would be redacted.
      const contents = withHashes ? 'with hashes' : 'without hashes';
      const subject = { resourceType, parameters: { contents }, isLong: true };
      await perform(command, subject, async ({ transfer }, context, _confirm, streams) => {
        const counts = await exportFile(transfer, { file, withHashes }, streams, context);
        const text = `${counts.accounts} accounts are exported.`;
        return { data: counts, text, recorded: counts, isAside: file === undefined };
      });
    },
  );
}
