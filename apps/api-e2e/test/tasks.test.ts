import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { get, patch, post, remove, signUpAndLogIn, type LoggedIn } from './client.ts';
import { onThrowawayDatabase, Program } from './program.ts';

let program: Program;
let api: string;
let user: LoggedIn;
let tasks: string;

beforeAll(async () => {
  program = Program.run(onThrowawayDatabase());
  api = `${await program.ready()}/api`;
  user = await signUpAndLogIn(api, 'ada');
  tasks = `${api}/accounts/${user.id}/tasks`;
});
afterAll(async () => {
  await program.stop();
});

const engine = { title: 'Build the engine', description: 'Analytical, this time' };

describe('tasks', () => {
  it('are made, read, replaced, listed and deleted by their owner', async () => {
    const made = await post(tasks, engine, user.token);
    expect(made).toMatchObject({ status: 201, body: { ...engine, account_id: user.id } });
    const task = `${tasks}/${String(made.body['id'])}`;

    expect(await get(task, user.token)).toMatchObject({ status: 200, body: made.body });
    const replacement = { title: 'Write the notes', description: 'G' };
    expect(await patch(task, replacement, user.token)).toMatchObject({
      status: 200,
      body: replacement,
    });
    expect(await get(tasks, user.token)).toMatchObject({
      status: 200,
      body: {
        items: [{ ...replacement, id: made.body['id'] }],
        pagination_params: { offset: 0, page: 1, size: 10 },
        total_count: 1,
        total_pages: 1,
      },
    });

    expect(await remove(task, user.token)).toMatchObject({ status: 204 });
    expect(await get(task, user.token)).toMatchObject({
      status: 404,
      body: { code: 'TASK_ERR_01' },
    });
  });

  it('are listed newest first, by page', async () => {
    for (const title of ['first', 'second', 'third']) {
      await post(tasks, { ...engine, title }, user.token);
    }

    const { body } = await get(`${tasks}?page=2&size=1`, user.token);
    expect(body).toMatchObject({
      items: [{ title: 'second' }],
      pagination_params: { offset: 0, page: 2, size: 1 },
      total_count: 3,
      total_pages: 3,
    });
    const large = await get(`${tasks}?size=1000&offset=2`, user.token);
    expect(large.body).toMatchObject({
      items: [{ title: 'first' }],
      pagination_params: { offset: 2, page: 1, size: 100 },
    });
  });

  it.each(['page=0', 'size=0', 'size=x', 'offset=-1'])('refuse the page %s', async (query) => {
    expect(await get(`${tasks}?${query}`, user.token)).toMatchObject({
      status: 400,
      body: { code: 'TASK_ERR_02' },
    });
  });

  it.each([
    [{ ...engine, title: '' }, 'Title is required'],
    [{ title: 'x', description: '' }, 'Description is required'],
    [{ ...engine, title: 7 }, 'title must be a string'],
  ])('refuse %j', async (body, message) => {
    expect(await post(tasks, body, user.token)).toMatchObject({
      status: 400,
      body: { code: 'TASK_ERR_02', message },
    });
  });
});
