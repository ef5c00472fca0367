import {
  openProviders,
  signalProcess,
  TemporaryDirectory,
  waitUntil,
  type Providers,
} from '@org/harness';
import {
  startThrowawayReplicaSet,
  type ThrowawayMember,
  type ThrowawayReplicaSet,
} from '@org/local-mongodb';
import { MongoClient, MongoError, type Document } from 'mongodb';

import { DIRECTORY_PREFIX, FaultStage } from '../stage.ts';
import type { Election } from './elections.ts';
import { MemberProxy } from './member-proxy.ts';

/** MongoDB's own, in milliseconds. */
export const DEFAULT_ELECTION_TIMEOUT = 10_000;
/** Names the programs in their connections, so that a command can fail for them alone. */
export const PROGRAM_APPLICATION_NAME = 'org-program';

/** MongoDB's, in milliseconds. */
const DEFAULT_HEARTBEAT_INTERVAL = 2_000;
const PRIMARY = 1;
const SECONDARY = 2;
const SETTLE_MILLISECONDS = 120_000;

/** A mongod, the proxy through which everybody else reaches it, and a way past that. */
export interface Node {
  readonly member: ThrowawayMember;
  readonly proxy: MemberProxy;
  readonly client: MongoClient;
}

type Metrics = Readonly<Record<string, Date>>;

interface MemberStatus {
  readonly state: number;
  readonly optime: { readonly ts: unknown; readonly t: unknown };
}

/** With a replica set of three, each behind a proxy. Acknowledged majority writes are on disk. */
export class ReplicaSetStage extends FaultStage {
  readonly nodes: readonly Node[];
  readonly #set: ThrowawayReplicaSet;

  private constructor(
    directory: TemporaryDirectory,
    providers: Providers,
    set: ThrowawayReplicaSet,
    proxies: readonly MemberProxy[],
  ) {
    super(directory, providers, `${set.uri}&appName=${PROGRAM_APPLICATION_NAME}`);
    this.#set = set;
    this.nodes = set.members.map((member, index) => ({
      member,
      proxy: proxies[index] as MemberProxy,
      client: openDirectly(member.port),
    }));
  }

  static async open(): Promise<ReplicaSetStage> {
    const proxies: MemberProxy[] = [];
    const set = await startThrowawayReplicaSet({
      durability: 'durable',
      testCommands: true,
      advertise: (port) => {
        const proxy = new MemberProxy(port);
        proxies.push(proxy);
        return proxy.open();
      },
    });
    const directory = new TemporaryDirectory(DIRECTORY_PREFIX);
    const stage = new ReplicaSetStage(directory, await openProviders(), set, proxies);
    // A slow machine holds elections of its own with a short one, which nothing is prepared for.
    await stage.setElectionTimeout(DEFAULT_ELECTION_TIMEOUT);
    return stage;
  }

  /** How long the members are without a primary before they elect one, in milliseconds. */
  async setElectionTimeout(electionTimeoutMillis: number): Promise<void> {
    const heartbeatIntervalMillis = Math.min(DEFAULT_HEARTBEAT_INTERVAL, electionTimeoutMillis);
    const timing = { electionTimeoutMillis, heartbeatIntervalMillis };
    await waitUntil('another election timeout', async () => {
      const primary = await this.primary();
      const answer = await answerOf(primary, { replSetGetConfig: 1 });
      const config = answer?.['config'] as Document | undefined;
      const settings = { ...(config?.['settings'] as object), ...timing };
      const version = Number(config?.['version']) + 1;
      return answerOf(primary, { replSetReconfig: { ...config, version, settings } });
    });
  }

  /** The one that takes writes, other than a former one. */
  async primary(former?: Node): Promise<Node> {
    return waitUntil('a primary', async () => {
      for (const node of this.nodes.filter((each) => each !== former)) {
        const hello = await answerOf(node, { hello: 1 });
        if (hello?.['isWritablePrimary'] === true) {
          return node;
        }
      }
      return undefined;
    });
  }

  /**
   * When the primary, other than a former one, was elected, and when a majority first had a write of
   * it, as it says itself; by `performance.now()`.
   */
  async election(former?: Node): Promise<Election> {
    return waitUntil('the dates of an election', async () => {
      // Anew each time: it may have stepped down meanwhile, and then has no dates.
      const status = await answerOf(await this.primary(former), { replSetGetStatus: 1 });
      const metrics = status?.['electionCandidateMetrics'] as Metrics | undefined;
      const { lastElectionDate, wMajorityWriteAvailabilityDate: majorityDate } = metrics ?? {};
      return (
        lastElectionDate !== undefined &&
        majorityDate !== undefined && {
          wonAt: lastElectionDate.getTime() - performance.timeOrigin,
          majorityAt: majorityDate.getTime() - performance.timeOrigin,
        }
      );
    });
  }

  /** Resolves when there is one primary, which has two secondaries that have caught up. */
  async untilSettled(): Promise<void> {
    await waitUntil(
      'a settled replica set',
      async () => {
        const primary = await this.primary();
        const status = await answerOf(primary, { replSetGetStatus: 1 });
        const members = (status?.['members'] ?? []) as readonly MemberStatus[];
        const states = members.map(({ state }) => state).toSorted((a, b) => a - b);
        const terms = new Set(members.map(({ optime }) => String(optime.t)));
        return String(states) === String([PRIMARY, SECONDARY, SECONDARY]) && terms.size === 1;
      },
      50,
      SETTLE_MILLISECONDS,
    );
  }

  /** Every member passes everything again, runs, and has caught up. */
  async heal(): Promise<void> {
    this.reconnect();
    await this.untilSettled();
  }

  /** Every member passes everything again. */
  reconnect(): void {
    this.nodes.forEach(({ proxy }) => proxy.heal());
  }

  /** Cuts a member off from the others, which still reach each other; clients reach all. */
  cutOffFromMembers({ member: isolated, proxy }: Node): void {
    proxy.cut((caller) => caller !== undefined && caller !== isolated.port);
    this.nodes
      .filter(({ member }) => member !== isolated)
      .forEach((other) => other.proxy.cut((caller) => caller === isolated.port));
  }

  /** Clients do not reach it; the other members do. */
  cutOffFromClients({ proxy }: Node): void {
    proxy.cut((caller) => caller === undefined);
  }

  signal({ member }: Node, signal: NodeJS.Signals): void {
    signalProcess(member.pid, signal);
  }

  override async close(): Promise<void> {
    await this.killPrograms();
    await Promise.all(this.nodes.map(({ client }) => client.close()));
    await this.#set.stop();
    this.nodes.forEach(({ proxy }) => proxy.close());
    await super.close();
  }
}

/** Past its proxy, and whatever its state. */
function openDirectly(port: number): MongoClient {
  return new MongoClient(`mongodb://127.0.0.1:${port}/`, {
    directConnection: true,
    // One that is down is passed over; one that is slow is waited for.
    serverSelectionTimeoutMS: 1_000,
    socketTimeoutMS: SETTLE_MILLISECONDS,
    readPreference: 'primaryPreferred',
    retryWrites: false,
    retryReads: false,
  });
}

async function answerOf({ client }: Node, command: Document): Promise<Document | undefined> {
  return answered(client.db('admin').command(command));
}

/** Asks until it answers: a member that changes its state closes all connections first. */
export async function untilAnswered<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  return waitUntil('an answer of a member', () => answered(ask()));
}

/** Undefined from a member that does not run, or is about to change its state. */
export async function answered<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof MongoError) {
      return undefined;
    }
    throw error;
  }
}
