import { defineAccountFields } from '@org/account';
import { fetchJson, inParallel, readNaughtyStrings, type JsonAnswer } from '@org/harness';
import { MongoClient, ObjectId, type Document } from 'mongodb';
import * as Type from 'typebox';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { TestBackend, type LoggedIn } from '../../src/testing/index.ts';

const strings = readNaughtyStrings();
/** No subject has any. */
const LINE_BREAK = /[\n\r\u2028\u2029]/;
const MARKUP_OR_INVISIBLE = /[<>&"'\p{C}]/u;
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u;
const analyticalEngine = ' analytical engine of 1843';
const nameless = { first_name: '', last_name: '' };
const text = Type.String();
const fields = defineAccountFields({
  motto: { schema: text, default: '' },
  tags: { schema: Type.Array(text), default: [] },
  notes: { schema: Type.Record(text, text), default: {} },
});

const mongodb = new MongoClient(inject('mongodbUri'));
let test: TestBackend<typeof fields>;
let api: string;

beforeAll(async () => {
  test = await TestBackend.start({ mongodbUri: inject('mongodbUri'), fields });
  api = `${test.address}/api`;
});
afterAll(async () => {
  await mongodb.close();
  await test.close();
});

function names(value: string) {
  return { first_name: value, last_name: value };
}

function post(path: string, body: object): Promise<JsonAnswer> {
  return fetchJson('POST', `${api}${path}`, { body });
}

async function findStored(id: unknown): Promise<Document | null> {
  const { databaseName } = test.backend.database.driver;
  return mongodb
    .db(databaseName)
    .collection('accounts')
    .findOne({ _id: new ObjectId(String(id)) });
}

/** What each answer was, and how often: `taken`, or why it was refused. */
function tally(answers: readonly JsonAnswer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, body } of answers) {
    const code = String(body['code']);
    const message = code === 'ACCOUNT_ERR_04' ? `: ${String(body['message'])}` : '';
    const answer = status < 300 ? 'taken' : `${status} ${code}${message}`;
    counts[answer] = (counts[answer] ?? 0) + 1;
  }
  return counts;
}

describe('the 461 naughty strings', { timeout: 300_000 }, () => {
  it('are there', () => {
    expect(strings).toHaveLength(461);
  });

  describe('as names and fields of one’s own', () => {
    const own = (value: string) => ({ motto: value, tags: [value], notes: { [value]: value } });
    let ada: LoggedIn;
    let answers: JsonAnswer[];

    const update = async (body: object) =>
      fetchJson('PATCH', `${api}/accounts/${ada.accountId}`, { token: ada.token, body });

    beforeAll(async () => {
      ada = await test.logIn(await test.signUp());
      answers = [];
    });

    it('are answered as they were sent, and stored as they are answered', async () => {
      for (const value of strings) {
        const sent = { ...names(value), ...own(value) };
        const answer = await update(sent);
        answers.push(answer);
        const taken = answer.status === 200 ? sent : own(value);
        const { body } = answer.status === 200 ? answer : await update(taken);

        expect(body).toMatchObject(taken);
        expect(await findStored(ada.accountId)).toMatchObject(taken);
      }

      expect(tally(answers)).toEqual({
        taken: 457,
        '400 ACCOUNT_ERR_04: first_name must not have control characters': 4,
      });
    });

    it('are whole in the export and in the audit trail', async () => {
      const { accountId, token, context } = ada;
      const { body } = await fetchJson('GET', `${api}/accounts/${accountId}/export`, { token });
      const recorded = new Set<unknown>();
      const resource = { resourceType: 'accounts', resourceId: accountId };
      let cursor: string | undefined;
      do {
        const page = await test.backend.audit.findRecordsByResource(
          { ...resource, limit: 200, ...(cursor === undefined ? {} : { cursor }) },
          context,
        );
        page.items.forEach(({ changes }) => recorded.add(changes['motto']?.new));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      const exported = JSON.stringify(body);

      const isWhole = (value: string) =>
        exported.includes(`"new":${JSON.stringify(value)}`) && recorded.has(value);
      expect(strings.filter((value) => value !== '' && !isWhole(value))).toEqual([]);
      expect(body['account']).toMatchObject(own(strings.at(-1)!));
    });
  });

  it('as usernames are stored trimmed and in NFKC, and log in as they were given', async () => {
    const password = analyticalEngine;
    const signUps: JsonAnswer[] = [];
    // One after the other: of two equal ones, the second is refused.
    for (const username of strings) {
      signUps.push(await post('/accounts', { ...nameless, username, password }));
    }

    const wrong = await inParallel([...strings.entries()], async ([index, username]) => {
      const { status, body } = signUps[index]!;
      if (status !== 201) {
        return [];
      }
      const logIn = await post('/access-tokens', { username, password });
      const stored = await findStored(body['id']);
      const isRight =
        body['username'] === username.normalize('NFKC').trim() &&
        body['username'] === stored?.['username'] &&
        body['id'] === logIn.body['account_id'];
      return isRight ? [] : [username];
    });

    expect(wrong.flat()).toEqual([]);
    expect(tally(signUps)).toEqual({
      taken: 395,
      // One that has the same key was there before it.
      '409 ACCOUNT_ERR_01': 14,
      '400 ACCOUNT_ERR_04: username must not be empty': 4,
      '400 ACCOUNT_ERR_04: username must have a letter or a number': 32,
      '400 ACCOUNT_ERR_04: username must not have control or invisible characters': 16,
    });
  });

  describe('as passwords', () => {
    const emailOf = (index: number) => `naughty-${index}@example.com`;

    it('are taken by length and strength, and log in, composed or not', async () => {
      const answers: JsonAnswer[] = [];
      const wrong = await inParallel([...strings.entries()], async ([index, value]) => {
        const username = emailOf(index);
        const signUp = (password: string) =>
          post('/accounts', {
            ...(CONTROL.test(value) ? nameless : names(value)),
            username,
            password,
          });
        const answer = await signUp(value);
        answers[index] = answer;
        const isTaken = answer.status === 201;
        const password = isTaken ? value : value.slice(0, 64) + analyticalEngine;
        const statuses = [isTaken ? 201 : (await signUp(password)).status];
        for (const typed of new Set([password, password.normalize('NFD')])) {
          statuses.push((await post('/access-tokens', { username, password: typed })).status);
        }
        return statuses.every((status) => status === 201) ? [] : [`${value}: ${statuses.join()}`];
      });

      expect(wrong.flat()).toEqual([]);
      expect(tally(answers)).toEqual({
        taken: 341,
        '400 ACCOUNT_ERR_04: password must have at least 8 characters': 108,
        '400 ACCOUNT_ERR_04: password must have at most 128 characters': 9,
        '400 ACCOUNT_ERR_04: password is too common. Please choose another one.': 3,
      });
    });

    it('change no markup of the mails that greet by name', async () => {
      const { emails } = test.messages;
      await test.runDueWork();
      emails.length = 0;
      const greeted = [...strings.keys()].filter((index) =>
        MARKUP_OR_INVISIBLE.test(strings[index]!),
      );
      await inParallel(greeted, (index) =>
        post('/password-reset-tokens', { username: emailOf(index) }),
      );
      await test.runDueWork();

      expect(greeted).toHaveLength(265);
      expect(emails).toHaveLength(265);
      expect(new Set(emails.map(({ message: { html } }) => tagsOf(html))).size).toBe(1);
      expect(emails.filter(({ message }) => CONTROL.test(linesOf(message.text)))).toEqual([]);
    });
  });

  it('as the texts of messages are escaped in mails, and whole in text messages', async () => {
    const { notification } = test.backend;
    const { account, username } = await test.signUp();
    const { context } = await test.logIn({ username, password: `password of ${username}` });
    const { emails, sms } = test.messages;
    emails.length = 0;
    const phoneNumber = { countryCode: '+91', phoneNumber: '9999999999' };
    const titleOf = (value: string) => `Title: ${value}`;
    const values = strings.filter((value) => !LINE_BREAK.test(value));
    expect(values).toHaveLength(460);
    for (const value of values) {
      const data = { title: titleOf(value), text: `Text: ${value}` };
      const message = { accountId: account.id, topic: 'announcement', data } as const;
      await notification.sendEmailForAccount({ ...message, emailAddress: username }, context);
      await notification.sendSmsForAccount({ ...message, phoneNumber }, context);
    }
    await test.runDueWork();

    expect(emails).toHaveLength(values.length);
    const mails = new Map(emails.map(({ message }) => [message.subject, message]));
    const wrong = values.filter((value) => {
      const { html = '', text: plain = '' } = mails.get(titleOf(value)) ?? {};
      const shown = unescape(html);
      return !shown.includes(`Text: ${value}`) || !plain.includes(`Text: ${value}`);
    });
    expect(wrong).toEqual([]);
    expect(new Set(emails.map(({ message: { html } }) => tagsOf(html))).size).toBe(1);
    const texts = new Set(sms.map(({ message }) => message.text));
    expect(values.filter((value) => !texts.has(`${titleOf(value)}: Text: ${value}`))).toEqual([]);
  });
});

/** The tags of a page in their order. */
function tagsOf(html: string): string {
  return (html.match(/<[^\s>]*/g) ?? []).join('');
}

function linesOf(plain: string): string {
  return plain.replaceAll('\n', '');
}

function unescape(html: string): string {
  const entities = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' };
  return html.replaceAll(
    /&(lt|gt|quot|#39|amp);/g,
    (_, name: keyof typeof entities) => entities[name],
  );
}
