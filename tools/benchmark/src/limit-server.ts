/**
 * The program's own limit: the least that answers the same JSON to the same requests, on the same
 * framework, driver and password hash. It has no layers, sessions or checks, and believes whoever
 * asks. Never run it for anything but measuring.
 */
import { randomUUID } from 'node:crypto';

import { argon2id, hash, verify } from 'argon2';
import { fastify } from 'fastify';
import { MongoClient, ObjectId, type WithId } from 'mongodb';

interface AccountDocument {
  first_name: string;
  last_name: string;
  username: string;
  hashed_password: string;
  created_at: Date;
  updated_at: Date;
}

interface CreateAccountRoute {
  Body: { first_name: string; last_name: string; username: string; password: string };
}

interface CreateAccessTokenRoute {
  Body: { username: string; password: string };
}

const ACCESS_TOKEN_MILLISECONDS = 15 * 60_000;
// The program's own parameters; a cheaper hash would be no limit of the same work.
const HASHING = { type: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

const { MONGODB_URI: uri = '', HOST: host = '', PORT: port = '' } = process.env;
const client = await new MongoClient(uri).connect();
const accounts = client.db().collection<AccountDocument>('accounts');
const app = fastify();

app.post<CreateAccountRoute>('/api/accounts', async ({ body }, reply) => {
  const { password, ...names } = body;
  const now = new Date();
  const account = {
    _id: new ObjectId(),
    ...names,
    hashed_password: await hash(password, HASHING),
    created_at: now,
    updated_at: now,
  };
  await accounts.insertOne(account);
  return reply.code(201).send(toAccountBody(account));
});

app.post<CreateAccessTokenRoute>('/api/access-tokens', async ({ body }, reply) => {
  const account = await accounts.findOne({ username: body.username });
  if (account === null || !(await verify(account.hashed_password, body.password))) {
    return reply.code(401).send({});
  }
  return reply.code(201).send({
    token: randomUUID(),
    account_id: account._id.toHexString(),
    expires_at: new Date(Date.now() + ACCESS_TOKEN_MILLISECONDS).toISOString(),
  });
});

app.get<{ Params: { id: string } }>('/api/accounts/:id', async ({ params }, reply) => {
  const account = await accounts.findOne({ _id: ObjectId.createFromHexString(params.id) });
  return account === null ? reply.code(404).send({}) : toAccountBody(account);
});

await app.listen({ host, port: Number(port) });

function toAccountBody(account: WithId<AccountDocument>): object {
  return {
    id: account._id.toHexString(),
    first_name: account.first_name,
    last_name: account.last_name,
    username: account.username,
    phone_number: null,
    created_at: account.created_at.toISOString(),
    updated_at: account.updated_at.toISOString(),
  };
}
