import { inParallel, readNaughtyStrings } from '@org/harness';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { get, patch, post, signUpAndLogIn, type LoggedIn } from '../client.ts';
import { onThrowawayDatabase, Program, runOrgAdmin } from '../program.ts';

const strings = readNaughtyStrings();
const PAGE = 100;
/** What a terminal could obey; line breaks aside. */
const HARMFUL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;
const reason = ['--reason', 'ticket 4711'];
const environment = onThrowawayDatabase();
let program: Program;
let api: string;
let ada: LoggedIn;

beforeAll(async () => {
  program = Program.run(environment);
  api = `${await program.ready()}/api`;
  ada = await signUpAndLogIn(api, 'ada');
});
afterAll(async () => {
  await program.stop();
});

const runAdmin = (...words: string[]) => runOrgAdmin(environment, ...words);

/** What the command's escapes stand for. */
function readEscapes(printed: string): string {
  return printed.replaceAll(/\\u\{([\da-f]+)\}/g, (_, digits: string) =>
    String.fromCodePoint(Number.parseInt(digits, 16)),
  );
}

describe('the 461 naughty strings', { timeout: 300_000 }, () => {
  it('are there', () => {
    expect(strings).toHaveLength(461);
  });

  it('as tasks are answered and listed as they were sent; the empty one is refused', async () => {
    const tasks = `${api}/accounts/${ada.id}/tasks`;
    const fieldsOf = (value: string) => ({ title: value, description: value });

    const answers = await inParallel(strings, async (value) => {
      const made = await post(tasks, fieldsOf(value), ada.token);
      const { status, body } = made;
      if (status !== 201) {
        return { value, made };
      }
      const path = `${tasks}/${String(body['id'])}`;
      const changed = await patch(path, fieldsOf(`${value}${value}`), ada.token);
      return { value, made, changed, read: await get(path, ada.token) };
    });

    const refused = answers.filter(({ made }) => made.status !== 201);
    expect(refused).toMatchObject([
      { value: '', made: { status: 400, body: { code: 'TASK_ERR_02' } } },
    ]);
    const taken = answers.filter(({ made }) => made.status === 201);
    for (const { value, made, changed, read } of taken) {
      expect(made.body).toMatchObject(fieldsOf(value));
      expect(changed).toMatchObject({ status: 200, body: fieldsOf(`${value}${value}`) });
      expect(read!.body).toEqual(changed!.body);
    }
    const listed: unknown[] = [];
    for (let page = 1; listed.length < taken.length; page += 1) {
      const { body } = await get(`${tasks}?page=${page}&size=${PAGE}`, ada.token);
      listed.push(...(body['items'] as { title: string }[]).map(({ title }) => title));
    }
    expect(listed.toSorted()).toEqual(taken.map(({ value }) => `${value}${value}`).toSorted());
  });

  describe('as names', () => {
    const names = strings.filter((value) => !CONTROL.test(value));

    beforeAll(async () => {
      for (let index = 0; index < names.length; index += 2) {
        const [first_name, last_name = ''] = names.slice(index);
        const answer = await patch(
          `${api}/accounts/${ada.id}`,
          { first_name, last_name },
          ada.token,
        );
        expect(answer).toMatchObject({ status: 200, body: { first_name, last_name } });
      }
    }, 300_000);

    /** What a command prints, page by page, none of which a terminal could obey. */
    async function runPages(...words: string[]): Promise<readonly string[]> {
      const pages: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await runAdmin(
          ...words,
          ...(cursor === undefined ? [] : ['--cursor', cursor]),
        );
        expect(page.replaceAll('\n', '')).not.toMatch(HARMFUL);
        pages.push(page);
        cursor = /(?:More with: --cursor |"nextCursor": ")([\w-]+)/.exec(page)?.[1];
      } while (cursor !== undefined);
      return pages;
    }

    const audit = () => ['audit', 'query', '--resource', 'accounts', ada.id, '--limit', '200'];

    it('are whole and harmless in the table of the audit query', async () => {
      const shown = readEscapes((await runPages(...audit())).join(''));

      expect(names.filter((name) => !shown.includes(`→ ${JSON.stringify(name)}`))).toEqual([]);
    });

    it('are whole and harmless in the JSON of the audit query', async () => {
      const pages = await runPages(...audit(), '--json');
      const shown = new Set(
        pages
          .flatMap((page) => JSON.parse(page).items as { changes: Record<string, Change> }[])
          .flatMap(({ changes }) => [changes['first_name']?.new, changes['last_name']?.new]),
      );

      expect(names.filter((name) => !shown.has(name))).toEqual([]);
    });

    it('are whole and harmless in an account that is shown, and in its export', async () => {
      const name = names.findLast((each) => HARMFUL.test(each))!;
      await patch(`${api}/accounts/${ada.id}`, { first_name: name }, ada.token);

      const [found = ''] = await runPages('accounts', 'search', 'ada');
      const [shown = ''] = await runPages('accounts', 'show', ada.id);
      const [exported = ''] = await runPages('accounts', 'export-data', ada.id, ...reason);

      expect(readEscapes(found)).toContain(name);
      expect(JSON.parse(shown)).toMatchObject({ firstName: name });
      expect(JSON.parse(exported)).toMatchObject({ account: { first_name: name } });
      const all = JSON.stringify(JSON.parse(exported));
      expect(names.filter((each) => !all.includes(`"new":${JSON.stringify(each)}`))).toEqual([]);
    });
  });
});

interface Change {
  readonly new: unknown;
}
