import { checkInvariants } from '../invariants/check-invariants.ts';
import { checkLedger, type LedgerCheckOptions } from '../invariants/check-ledger.ts';
import { tryTamperings } from '../invariants/tamperings.ts';
import type { Ledger } from '../load/ledger.ts';
import type { Stage } from '../stage/stage.ts';
import { checkFindings, checkThat, type Check } from './check.ts';

/** What is stored holds together, and has every write that was acknowledged. */
export async function checkStored(
  { databaseServer }: Stage,
  ledger: Ledger,
  options: LedgerCheckOptions,
): Promise<Check[]> {
  const database = databaseServer.database();
  return [
    checkFindings(
      `${ledger.acknowledged} acknowledged writes are there`,
      await checkLedger(database, ledger, options),
    ),
    checkFindings('no half state, no change without record', await checkInvariants(database)),
  ];
}

/** Proves that the looks above would notice, on the very data that they found nothing in. */
export async function checkChecker({ databaseServer }: Stage): Promise<Check> {
  const results = await tryTamperings(databaseServer.database());
  const missed = results.filter(({ noticed }) => noticed !== true).map(({ name }) => name);
  const measured = `${results.length - missed.length} of ${results.length}`;
  return checkThat(
    'tamperings that the checker notices',
    missed.length === 0,
    missed.length === 0 ? measured : `${measured}, not: ${missed.join(', ')}`,
    'all',
  );
}
