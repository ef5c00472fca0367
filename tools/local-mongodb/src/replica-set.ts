import { LOOPBACK, pollUntil } from '@org/harness';
import { MongoClient, MongoNetworkError, MongoServerError, type Db } from 'mongodb';

/** The mongod that is to take writes. */
export interface ReplicaSetMember {
  readonly port: number;
  readonly pid: number;
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

/** Such as `127.0.0.1:27017`. */
function addressOf(port: number): string {
  return `${LOOPBACK}:${port}`;
}

/** For MongoClient; without a database name. */
export function uriOf(port: number): string {
  return `mongodb://${addressOf(port)}/?replicaSet=${REPLICA_SET}`;
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
