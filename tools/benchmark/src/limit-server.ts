/**
 * The program's own limit: the least that answers the same JSON to the same requests, on the same
 * framework, driver and password hash. It has no layers, sessions, audit or checks, and trusts
 * every client. Never run it for anything but measuring.
 */
import { randomInt, randomUUID } from 'node:crypto';

import { argon2id, hash, verify } from 'argon2';
import { fastify } from 'fastify';
import { MongoClient, ObjectId, type WithId } from 'mongodb';

type PhoneNumber = Record<'country_code' | 'phone_number', string>;
type Names = Record<'first_name' | 'last_name', string>;
type Credentials = Record<'username' | 'password', string>;

interface AccountDocument extends Names {
  username: string;
  active: boolean;
  hashed_password: string;
  phone_number: PhoneNumber | null;
  created_at: Date;
  updated_at: Date;
}

type SignUp = Names & Credentials & { phone_number?: PhoneNumber };
type LogIn = Credentials & { otp_code: string; refresh_token?: string; phone_number?: PhoneNumber };
type AccountRoute = { Params: { id: string }; Body: Names };

const ACCESS_TOKEN_MILLISECONDS = 15 * 60_000;
const REFRESH_TOKEN_MILLISECONDS = 30 * 24 * 60 * 60_000;
// The program's own parameters; a cheaper hash would be no limit of the same work.
const HASHING = { type: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

const { MONGODB_URI: uri = '', HOST: host = '', PORT: port = '' } = process.env;
const { SMS_WEBHOOK_URL: smsWebhookUrl = '' } = process.env;
const client = await new MongoClient(uri).connect();
const accounts = client.db().collection<AccountDocument>('accounts');
const otps = client.db().collection<{ phone_number: PhoneNumber; code: string }>('otps');
const app = fastify();

app.post<{ Body: SignUp }>('/api/accounts', async ({ body }, reply) => {
  const { phone_number: phoneNumber } = body;
  const account =
    phoneNumber === undefined ? await signUp(body) : await signUpByPhoneNumber(phoneNumber);
  return reply.code(201).send(toAccountBody(account));
});

app.get<AccountRoute>('/api/accounts/:id', async ({ params }, reply) => {
  const account = await accounts.findOne({ _id: ObjectId.createFromHexString(params.id) });
  return account === null ? reply.code(404).send({}) : toAccountBody(account);
});

app.patch<AccountRoute>('/api/accounts/:id', async ({ params, body }, reply) => {
  const account = await accounts.findOneAndUpdate(
    { _id: ObjectId.createFromHexString(params.id) },
    { $set: { ...body, updated_at: new Date() } },
    { returnDocument: 'after' },
  );
  return account === null ? reply.code(404).send({}) : toAccountBody(account);
});

app.post<{ Body: LogIn }>('/api/access-tokens', async ({ body }, reply) => {
  const account = await logIn(body);
  if (account === null) {
    return reply.code(401).send({});
  }
  const accountId = account._id.toHexString();
  return reply.code(201).send({
    token: randomUUID(),
    account_id: accountId,
    expires_at: new Date(Date.now() + ACCESS_TOKEN_MILLISECONDS).toISOString(),
    refresh_token: `${accountId}.${randomUUID()}`,
    refresh_token_expires_at: new Date(Date.now() + REFRESH_TOKEN_MILLISECONDS).toISOString(),
  });
});

await app.listen({ host, port: Number(port) });

async function signUp(body: SignUp): Promise<WithId<AccountDocument>> {
  const { password, ...names } = body;
  const account = makeAccount({ ...names, hashed_password: await hash(password, HASHING) });
  await accounts.insertOne(account);
  return account;
}

async function signUpByPhoneNumber(phoneNumber: PhoneNumber): Promise<WithId<AccountDocument>> {
  const found = await accounts.findOne(toPhoneFilter(phoneNumber));
  const account = found ?? makeAccount({ phone_number: phoneNumber });
  if (found === null) {
    await accounts.insertOne(account);
  }
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  await otps.insertOne({ phone_number: phoneNumber, code });
  await fetch(smsWebhookUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      to: `${phoneNumber.country_code}${phoneNumber.phone_number}`,
      body: `${code} is your code.`,
    }),
  });
  return account;
}

async function logIn(body: LogIn): Promise<WithId<AccountDocument> | null> {
  const { phone_number: phoneNumber, refresh_token: refreshToken } = body;
  if (refreshToken !== undefined) {
    return accounts.findOne({ _id: ObjectId.createFromHexString(refreshToken.slice(0, 24)) });
  }
  if (phoneNumber !== undefined) {
    const filter = toPhoneFilter(phoneNumber);
    const otp = await otps.findOneAndDelete({ ...filter, code: body.otp_code });
    return otp === null ? null : accounts.findOne(filter);
  }
  const account = await accounts.findOne({ username: body.username });
  const isRight = account !== null && (await verify(account.hashed_password, body.password));
  return isRight ? account : null;
}

function toPhoneFilter({ country_code, phone_number }: PhoneNumber): Record<string, string> {
  return { 'phone_number.country_code': country_code, 'phone_number.phone_number': phone_number };
}

function makeAccount(fields: Partial<AccountDocument>): WithId<AccountDocument> {
  const now = new Date();
  return {
    _id: new ObjectId(),
    active: true,
    ...{ first_name: '', last_name: '', username: '', hashed_password: '', phone_number: null },
    ...{ created_at: now, updated_at: now },
    ...fields,
  };
}

function toAccountBody(account: WithId<AccountDocument>): object {
  const { _id, first_name, last_name, username, phone_number, created_at, updated_at } = account;
  return {
    id: _id.toHexString(),
    first_name,
    last_name,
    username,
    email: null,
    email_verified: false,
    phone_number,
    phone_number_verified: phone_number !== null,
    created_at,
    updated_at,
  };
}
