import { LOOPBACK, pollUntil } from '@org/harness';
import { MongoClient, MongoNetworkError, MongoServerError, type Db } from 'mongodb';

/** The mongod that is to take writes. */
export interface ReplicaSetMember {
  readonly port: number;
  readonly pid: number;
  /** Whether a majority write waits until it is on disk. */
  readonly durable: boolean;
}

/** A replica set of several that is founded. */
export interface Foundation {
  /** Where the first member listens. */
  readonly port: number;
  /** By which all members and clients reach each of them. */
  readonly advertisedPorts: readonly number[];
  /** Whether a majority write waits until it is on disk. */
  readonly durable: boolean;
}

interface Configuration {
  readonly version: number;
  readonly members: readonly { readonly _id: number; readonly host: string }[];
}

export const REPLICA_SET = 'rs0';
const ALREADY_INITIALIZED = 23;
const POLL_INTERVAL = 10;
const PRIMARY = 1;
const SECONDARY = 2;
/** MongoDB's default is 10 seconds. Longer than a busy machine leaves a mongod without a core. */
const ELECTION_TIMEOUT = 2_000;
const HEARTBEAT_INTERVAL = 500;

/** Such as `127.0.0.1:27017`. */
function addressOf(port: number): string {
  return `${LOOPBACK}:${port}`;
}

/** For MongoClient; without a database name. */
export function uriOf(...ports: readonly number[]): string {
  return `mongodb://${ports.map(addressOf).join()}/?replicaSet=${REPLICA_SET}`;
}

/**
 * Makes a listening mongod the writable primary of a replica set of one: founds the set with new
 * data, and gives it its new address with data that were on another port before.
 *
 * @param limit milliseconds until it must take writes
 * @returns its version
 * @throws Error if another server answers on the port, or the limit passes
 */
export async function becomePrimary(member: ReplicaSetMember, limit: number): Promise<string> {
  return useDirectly(member.port, limit, async (client) => {
    const admin = client.db('admin');
    const status = await admin.command({ serverStatus: 1 });
    if (Number(status['pid']) !== member.pid) {
      throw new Error(`does not answer on port ${member.port}, but pid ${status['pid']} does`);
    }
    const advance = () =>
      advanceToPrimary(admin, member).catch((error: unknown) => {
        // It closes every connection when it loses or finds its place in the set.
        if (error instanceof MongoNetworkError) {
          return false;
        }
        throw error;
      });
    if ((await pollUntil(advance, limit, POLL_INTERVAL)) === true) {
      return String(status['version']);
    }
    throw new Error(`was not elected primary within ${limit} ms`);
  });
}

/** Gives the member its new address while its mongod runs outside of the replica set. */
export async function moveMember(port: number, limit: number): Promise<void> {
  await useDirectly(port, limit, (client) => {
    const $set = { 'members.0.host': addressOf(port) };
    const options = { writeConcern: { w: 1, journal: true } };
    return client.db('local').collection('system.replset').updateOne({}, { $set }, options);
  });
}

/**
 * Makes listening mongods with new data one replica set, in which another primary is elected within
 * seconds. Resolves when it takes writes and every member has caught up.
 *
 * @throws Error if the limit, in milliseconds, passes
 */
export async function foundReplicaSet(
  { port, advertisedPorts, durable }: Foundation,
  limit: number,
): Promise<void> {
  await useDirectly(port, limit, async (client) => {
    const admin = client.db('admin');
    await admin.command({
      replSetInitiate: {
        _id: REPLICA_SET,
        members: advertisedPorts.map((each, _id) => ({ _id, host: addressOf(each) })),
        writeConcernMajorityJournalDefault: durable,
        settings: {
          electionTimeoutMillis: ELECTION_TIMEOUT,
          heartbeatIntervalMillis: HEARTBEAT_INTERVAL,
        },
      },
    });
    const isReady = async (): Promise<boolean> => {
      const states = await readStates(admin);
      return (
        states.includes(PRIMARY) && states.every((state) => [PRIMARY, SECONDARY].includes(state))
      );
    };
    if ((await pollUntil(isReady, limit, POLL_INTERVAL)) !== true) {
      throw new Error(`The replica set was not ready within ${limit} ms`);
    }
  });
}

/** @returns the port of the member that takes writes */
export async function findPrimary(ports: readonly number[], limit: number): Promise<number> {
  const client = new MongoClient(uriOf(...ports), { serverSelectionTimeoutMS: limit });
  try {
    const hello = await client.db('admin').command({ hello: 1 });
    return Number(String(hello['me']).split(':').at(-1));
  } finally {
    await client.close();
  }
}

/** Of every member, as this one sees them; none while it loses or finds its place in the set. */
async function readStates(admin: Db): Promise<readonly number[]> {
  try {
    const { members } = await admin.command({ replSetGetStatus: 1 });
    return (members as readonly { readonly state: number }[]).map(({ state }) => state);
  } catch (error) {
    if (error instanceof MongoNetworkError) {
      return [];
    }
    throw error;
  }
}

/** Connects to this one server, whatever it says about its replica set, and closes afterwards. */
async function useDirectly<Result>(
  port: number,
  limit: number,
  work: (client: MongoClient) => Promise<Result>,
): Promise<Result> {
  const client = new MongoClient(`mongodb://${addressOf(port)}/`, {
    directConnection: true,
    serverSelectionTimeoutMS: limit,
    connectTimeoutMS: limit,
    socketTimeoutMS: limit,
  });
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

/** Says whether it takes writes, and does what is missing if it does not. */
async function advanceToPrimary(admin: Db, member: ReplicaSetMember): Promise<boolean> {
  const hello = await admin.command({ hello: 1 });
  if (hello['isWritablePrimary'] === true && hello['setName'] === REPLICA_SET) {
    return true;
  }
  const host = addressOf(member.port);
  // Before the configuration is looked at: while mongod still loads that, it says that there is
  // none, but this waits until it knows.
  const isFounded = await found(admin, host, member.durable);
  if (isFounded) {
    return false;
  }
  const answer = await admin.command({ replSetGetConfig: 1 });
  const config = answer['config'] as Configuration;
  if (config.members[0]?.host !== host) {
    const members = config.members.map((only) => ({ ...only, host }));
    const replSetReconfig = { ...config, version: config.version + 1, members };
    // Only by force: with its old address, it is not a member of its own set, and there is nobody to vote.
    await admin.command({ replSetReconfig, force: true });
  }
  return false;
}

/** @returns false if the replica set was founded before */
async function found(admin: Db, host: string, durable: boolean): Promise<boolean> {
  try {
    await admin.command({
      replSetInitiate: {
        _id: REPLICA_SET,
        members: [{ _id: 0, host }],
        writeConcernMajorityJournalDefault: durable,
      },
    });
    return true;
  } catch (error) {
    if (error instanceof MongoServerError && error.code === ALREADY_INITIALIZED) {
      return false;
    }
    throw error;
  }
}
