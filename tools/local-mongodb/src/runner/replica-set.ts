import { LOOPBACK, pollUntil } from '@org/harness';
import { MongoClient, MongoNetworkError, MongoServerError, type Db } from 'mongodb';

/** The name of the replica set. */
export const REPLICA_SET = 'rs0';

/** Such as `127.0.0.1:27017`. */
function addressOf(port: number): string {
  return `${LOOPBACK}:${port}`;
}

/** For MongoClient; without a database name. */
export function uriOf(port: number): string {
  return `mongodb://${addressOf(port)}/?replicaSet=${REPLICA_SET}`;
}

/** The mongod that is to take writes. */
export interface ReplicaSetMember {
  readonly port: number;
  readonly pid: number;
  /** Whether a majority write waits until it is on disk. */
  readonly durable: boolean;
}

interface StoredConfiguration {
  readonly config: {
    readonly version: number;
    readonly members: readonly { readonly _id: number; readonly host: string }[];
  };
}

const ALREADY_INITIALIZED = 23;
const POLL_INTERVAL = 10;

/**
 * Makes a listening mongod the writable primary of a replica set of one: founds the set with new
 * data, and gives it its new address with data that were on another port before.
 *
 * @param limit milliseconds until it must take writes.
 * @returns its version.
 * @throws Error when another server answers on the port, or the limit passes.
 */
export async function becomePrimary(member: ReplicaSetMember, limit: number): Promise<string> {
  return useDirectly(member.port, limit, async (client) => {
    const admin = client.db('admin');
    const status = await admin.command({ serverStatus: 1 });
    if (Number(status['pid']) !== member.pid) {
      throw new Error(`does not answer on port ${member.port}, but pid ${status['pid']} does`);
    }
    const advance = () =>
      isPrimary(admin, member).catch((error: unknown) => {
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
  await useDirectly(port, limit, (client) =>
    client
      .db('local')
      .collection('system.replset')
      .updateOne(
        {},
        { $set: { 'members.0.host': addressOf(port) } },
        { writeConcern: { w: 1, journal: true } },
      ),
  );
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

/** Says whether it takes writes, and does what is missing when it does not. */
async function isPrimary(admin: Db, member: ReplicaSetMember): Promise<boolean> {
  const hello = await admin.command({ hello: 1 });
  if (hello['isWritablePrimary'] === true && hello['setName'] === REPLICA_SET) {
    return true;
  }
  const host = addressOf(member.port);
  const replSetInitiate = {
    _id: REPLICA_SET,
    members: [{ _id: 0, host }],
    writeConcernMajorityJournalDefault: member.durable,
  };
  // Before the configuration is looked at: while mongod still loads that, it says that there is
  // none, but this waits until it knows.
  if (await succeedsUnless(ALREADY_INITIALIZED, admin.command({ replSetInitiate }))) {
    return false;
  }
  const { config } = (await admin.command({
    replSetGetConfig: 1,
  })) as unknown as StoredConfiguration;
  if (config.members[0]?.host === host) {
    return false;
  }
  const members = config.members.map((only) => ({ ...only, host }));
  const replSetReconfig = { ...config, version: config.version + 1, members };
  // Only by force: with its old address, it is not a member of its own set, and there is nobody to vote.
  await admin.command({ replSetReconfig, force: true });
  return false;
}

/** @returns false when it fails with this code of a MongoDB server. */
async function succeedsUnless(code: number, command: Promise<unknown>): Promise<boolean> {
  try {
    await command;
    return true;
  } catch (error) {
    if (error instanceof MongoServerError && error.code === code) {
      return false;
    }
    throw error;
  }
}
