import { readCode, SmsSink } from '@org/harness';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { get, post } from './client.ts';
import { onThrowawayDatabase, Program } from './program.ts';

const environment = onThrowawayDatabase();
const mongodb = new MongoClient(environment.MONGODB_URI);
let sms: SmsSink;
let program: Program;
let api: string;
let counter = 0;
let phoneNumber: { country_code: string; phone_number: string };
let e164: string;

beforeAll(async () => {
  sms = await SmsSink.open();
  program = Program.run({ ...environment, ...sms.settings });
  api = `${await program.ready()}/api`;
});
beforeEach(() => {
  counter += 1;
  phoneNumber = { country_code: '+91', phone_number: String(9_999_900_000 + counter) };
  e164 = `+91${phoneNumber.phone_number}`;
});
afterAll(async () => {
  await program.stop();
  await sms.close();
  await mongodb.db().dropDatabase();
  await mongodb.close();
});

/** The code in the first message to the number, or in a later one. */
function receiveCode(messages = 1): Promise<string> {
  return readCode(sms, e164, messages);
}

function logIn(otpCode: unknown) {
  return post(`${api}/access-tokens`, { phone_number: phoneNumber, otp_code: otpCode });
}

function signUp() {
  return post(`${api}/accounts`, { phone_number: phoneNumber });
}

describe('the phone journey', () => {
  it('signs up with a number, receives a code, logs in and reads the account', async () => {
    const created = await signUp();
    expect(created).toMatchObject({
      status: 201,
      body: { first_name: '', last_name: '', username: '', phone_number: phoneNumber },
    });

    const login = await logIn(await receiveCode());
    expect(login).toMatchObject({ status: 201, body: { account_id: created.body['id'] } });

    const { token } = login.body as { token: string };
    const read = await get(`${api}/accounts/${String(created.body['id'])}`, token);
    expect(read).toMatchObject({ status: 200, body: { phone_number: phoneNumber } });
    const stored = await mongodb
      .db()
      .collection('accounts')
      .findOne({ 'phone_number.phone_number': phoneNumber.phone_number });
    expect(stored).toMatchObject({ active: true, phone_number_proved: true, hashed_password: '' });
  });

  it('answers a known number with its id and nothing else of it', async () => {
    const first = await signUp();
    const again = await signUp();

    expect(again.status).toBe(201);
    expect(again.body).toMatchObject({
      id: first.body['id'],
      first_name: '',
      last_name: '',
      username: '',
      phone_number: phoneNumber,
    });
  });

  it('takes a code once', async () => {
    await signUp();
    const code = await receiveCode();

    expect(await logIn(code)).toMatchObject({ status: 201 });
    expect(await logIn(code)).toMatchObject({
      status: 400,
      body: {
        code: 'OTP_ERR_02',
        message: 'The OTP has expired. Please request a new OTP.',
      },
    });
  });

  it.each([['000000'], [123456], [null], [['000000']], [{ $ne: '' }]])(
    'answers the wrong code %j with OTP_ERR_01',
    async (code) => {
      await signUp();

      expect(await logIn(code)).toMatchObject({
        status: 400,
        body: { code: 'OTP_ERR_01', message: 'Please provide the correct OTP to login.' },
      });
    },
  );

  it('says the same of a number that nobody has', async () => {
    expect(await logIn('123456')).toMatchObject({ status: 400, body: { code: 'OTP_ERR_01' } });
  });

  it('refuses even the right code after five wrong ones', async () => {
    await signUp();
    const code = await receiveCode();
    const wrong = code === '000000' ? '000001' : '000000';
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await logIn(wrong);
    }

    expect(await logIn(code)).toMatchObject({ status: 400, body: { code: 'OTP_ERR_01' } });
  });

  it('kills the older code when a newer one is sent', async () => {
    await signUp();
    const older = await receiveCode();
    await signUp();
    const newer = await receiveCode(2);

    if (older !== newer) {
      expect(await logIn(older)).toMatchObject({ status: 400 });
    }
    expect(await logIn(newer)).toMatchObject({ status: 201 });
  });

  it('refuses what is no valid number', async () => {
    phoneNumber = { country_code: '+91', phone_number: '123' };

    expect(await signUp()).toMatchObject({
      status: 400,
      body: { code: 'OTP_ERR_03', message: 'Please provide a valid phone number.' },
    });
  });

  it('makes one account of many requests for one number at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, signUp));

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => body['id'])).size).toBe(1);
  });

  it('lets one of many right codes at once in', async () => {
    await signUp();
    const code = await receiveCode();

    const answers = await Promise.all(Array.from({ length: 20 }, () => logIn(code)));

    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array<number>(19).fill(400)]);
  });
});
