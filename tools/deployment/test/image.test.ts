import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { getPriority } from 'node:os';

import {
  databaseUri,
  inWorkspace,
  LOOPBACK,
  MailSink,
  makeSecretKey,
  type ServerProgram,
} from '@org/harness';
import { validate } from 'dockerfile-utils';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { dockerfile } from '../src/dockerfile.ts';
import { Image } from '../src/image.ts';
import { rollOut } from '../src/rollout.ts';

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly version: string }>>;
}

interface Sbom {
  readonly components: readonly { readonly name: string; readonly version: string }[];
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

const ada = { first_name: 'Ada', last_name: 'Lovelace', username: 'ada@example.com' };

describe('the Dockerfile', () => {
  it('is valid', () => {
    expect(validate(dockerfile)).toEqual([]);
  });

  it('has the Node of the workspace, and names no registry', () => {
    const { devDependencies } = readJson(inWorkspace('package.json')) as {
      devDependencies: { node: string };
    };
    const images = dockerfile.match(/(?<=^FROM )\S+/gm);

    expect(new Set(images)).toEqual(new Set([`node:${devDependencies.node}-bookworm-slim`]));
  });
});

describe('the image, without Docker', () => {
  let image: Image;
  let mail: MailSink;
  let mongodb: MongoClient;
  let settings: Record<string, string>;
  let api: ServerProgram;
  let worker: ServerProgram;

  beforeAll(async () => {
    mail = await MailSink.open();
    const uri = databaseUri(inject('mongodbUri'), `test-${randomUUID()}`);
    mongodb = new MongoClient(uri);
    image = await Image.make();
    const { SMTP_URL, ...from } = mail.settings;
    settings = {
      ...{ WEB_APP_URL: 'https://app.example.com', LOG_LEVEL: 'warn', ...from },
      MONGODB_URI_FILE: image.mount('run/secrets/mongodb_uri', `${uri}\n`),
      SECRET_KEY_FILE: image.mount('run/secrets/secret_key', `${makeSecretKey()}\n`),
      SMTP_URL_FILE: image.mount('run/secrets/smtp_url', SMTP_URL),
    };
    [api, worker] = await Promise.all([
      image.run({ ...settings, ROLE: 'api', ADMIN_API: 'on' }),
      image.run({ ...settings, ROLE: 'worker' }),
    ]);
    await Promise.all([api.untilReady(), worker.untilReady()]);
  }, 300_000);

  afterAll(async () => {
    await Promise.all([api.kill(), worker.kill(), mail.close()]);
    await mongodb.db().dropDatabase();
    await mongodb.close();
    image.remove();
  });

  it('serves in one role and sends mail in the other', async () => {
    const body = { ...ada, password: 'analytical-engine-1843' };
    const path = '/api/accounts';
    const account = await api.request({ method: 'POST', path, body }, 201);
    expect(account).toMatchObject(ada);
    const { username } = ada;
    await api.request(
      { method: 'POST', path: '/api/password-reset-tokens', body: { username } },
      201,
    );

    expect(await mail.received(username)).toMatchObject({ to: username });
  });

  it.runIf(process.platform === 'linux')('hashes passwords at a lower priority', async () => {
    const children = `/proc/${api.pid}/task/${api.pid}/children`;

    const readPid = () => Number(readFileSync(children, 'utf8').trim());
    await expect.poll(readPid).not.toBe(0);
    const pid = readPid();
    await expect.poll(() => getPriority(pid)).toBe(Math.min(getPriority(api.pid) + 10, 19));

    // Otherwise it is not found in the program as it is built.
    expect(api.output).not.toContain('The process that hashes passwords ended');
  });

  it('has the console of operators', async () => {
    const { headers } = await fetch(`http://${LOOPBACK}:${api.port}/console`);

    expect(headers.get('content-security-policy')).toContain("script-src 'self'");
  });

  it('has the command line of operators', async () => {
    const words = ['node', 'org-admin.js', 'audit', 'query', '--username', ada.username];

    expect(await image.execute(words, settings)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('create'),
    });
  });

  it('says how it is to Docker, in both roles', async () => {
    const { healthCheck } = image.settings;
    const look = (METRICS_PORT: number) =>
      image.execute(healthCheck, { METRICS_PORT: String(METRICS_PORT) });

    expect(await look(api.metricsPort)).toMatchObject({ code: 0 });
    expect(await look(worker.metricsPort)).toMatchObject({ code: 0 });
    expect(await look(1)).toMatchObject({ code: 1 });
  });

  it.runIf(process.getuid?.() === 0)('has no right to write anywhere', async () => {
    const attempt = (path: string) => image.execute(['touch', path], { PATH: '/usr/bin:/bin' });

    for (const path of [image.path('app/new'), '/tmp/new']) {
      expect(await attempt(path)).toMatchObject({
        code: 1,
        output: expect.stringContaining('Read-only file system'),
      });
    }
    expect(await attempt(image.path('app/main.js'))).toMatchObject({
      code: 1,
      output: expect.stringContaining('Permission denied'),
    });
    expect(await image.execute(['id', '-u'], { PATH: '/usr/bin:/bin' })).toMatchObject({
      output: String(image.settings.user),
    });
  });

  it('is replaced process by process, and no request fails', async () => {
    const { exitCodes, answers, ...rollout } = await rollOut(image, settings);

    expect(rollout.failures).toEqual([]);
    expect(exitCodes).toEqual([0, 0]);
    expect(answers.filter((count) => count === 0)).toEqual([]);
  });

  it('has what the workspace was tested with, and lists it', () => {
    const { packages } = readJson(inWorkspace('package-lock.json')) as LockFile;
    const { packages: installed } = readJson(image.path('app/package-lock.json')) as LockFile;
    const { components } = readJson(image.path('app/sbom.json')) as Sbom;
    const listed = components.map(({ name, version }) => `${name} ${version}`);

    const paths = Object.keys(installed).filter((path) => path !== '');
    expect(paths).toEqual(expect.arrayContaining(['node_modules/argon2', 'node_modules/bcrypt']));
    for (const path of [...paths, 'node_modules/fastify', 'node_modules/mongodb']) {
      const { version } = packages[path] ?? {};
      expect((installed[path] ?? packages[path])?.version).toBe(version);
      expect(listed).toContain(`${path.split('node_modules/').at(-1)} ${version}`);
    }
    expect(listed).toContainEqual(expect.stringMatching(/^p-limit /));
    expect(listed).toContainEqual(expect.stringMatching(/^@opentelemetry\/sdk-trace /));
    expect(listed).toContainEqual(expect.stringMatching(/^react /));
    expect(listed.filter((each) => /^(typescript|vitest|vite|esbuild) /.test(each))).toEqual([]);
  });
});
