import { ApiClient } from './api-client.ts';
import { Ledger } from './ledger.ts';
import { signUpAndLogIn } from './people.ts';
import { requestByIdle, startPacedLoad, type Load } from './run-load.ts';
import { Writer } from './writer.ts';

export interface MixedLoadOptions {
  readonly port: number;
  readonly requestsPerSecond: number;
  readonly writers: number;
}

export interface MixedLoad extends Load {
  /** What was acknowledged. */
  readonly ledger: Ledger;
}

/** Writes by so many writers, and reads in between, at a rate. */
export async function startMixedLoad(options: MixedLoadOptions): Promise<MixedLoad> {
  const client = new ApiClient(options.port);
  const ledger = new Ledger();
  const reader = await signUpAndLogIn(client);
  const writers = Array.from({ length: options.writers }, () => new Writer(client, ledger));
  const load = startPacedLoad({
    requestsPerSecond: options.requestsPerSecond,
    request: requestByIdle(writers, () => client.readAccount(reader)),
  });
  return {
    tally: load.tally,
    ledger,
    stop: async () => {
      const tally = await load.stop();
      client.close();
      return tally;
    },
  };
}
