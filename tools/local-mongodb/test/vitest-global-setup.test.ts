import { afterEach, describe, expect, inject, it, onTestFinished, vi } from 'vitest';

import { findProcess } from '../src/processes.ts';
import setup from '../src/vitest-global-setup.ts';
import { MongoClient } from 'mongodb';

function makeProject() {
  const provided: string[] = [];
  return { provided, provide: (_key: string, value: unknown) => provided.push(String(value)) };
}

async function readPid(uri: string): Promise<number> {
  const client = new MongoClient(uri);
  try {
    return Number((await client.db('admin').command({ serverStatus: 1 }))['pid']);
  } finally {
    await client.close();
  }
}

describe(setup, () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('shares one mongod between all projects, until the last one is done', async () => {
    vi.stubEnv('TEST_MONGODB_URI', '');
    vi.stubEnv('MONGOD_BINARY', inject('realMongod'));
    const [first, second] = [makeProject(), makeProject()];
    const [endFirst, endSecond] = await Promise.all([setup(first), setup(second)]);
    expect(first.provided).toHaveLength(1);
    expect(second.provided).toEqual(first.provided);
    const pid = await readPid(first.provided[0] ?? '');
    await endFirst();
    expect(findProcess(pid)).toBeDefined();
    await endSecond();
    expect(findProcess(pid)).toBeUndefined();
  });

  it('says why the mongod ended before the tests did', async () => {
    vi.stubEnv('TEST_MONGODB_URI', '');
    vi.stubEnv('MONGOD_BINARY', inject('realMongod'));
    const error = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    onTestFinished(() => error.mockRestore());
    const project = makeProject();
    const end = await setup(project);
    const pid = await readPid(project.provided[0] ?? '');

    process.kill(pid, 'SIGTERM');

    await expect.poll(() => error).toHaveBeenCalledOnce();
    expect(error).toHaveBeenCalledWith(
      expect.stringContaining(`mongod (pid ${pid}) ended during the tests:\n  `),
    );
    await end();
  });

  it('provides the server of TEST_MONGODB_URI and starts none', async () => {
    vi.stubEnv('TEST_MONGODB_URI', 'mongodb://database.example/');
    vi.stubEnv('MONGOD_BINARY', '/must/not/be/used');
    const project = makeProject();
    const end = await setup(project);
    expect(project.provided).toEqual(['mongodb://database.example/']);
    await end();
  });
});
