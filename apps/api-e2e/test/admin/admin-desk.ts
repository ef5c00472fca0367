import { randomUUID } from 'node:crypto';

import type { Backend } from '@org/backend';
import { TestBackend, type LoggedIn, type TestBackendOptions } from '@org/backend/testing';
import { MongoClient, type Collection, type Document } from 'mongodb';
import { inject } from 'vitest';

import { send, type Answer } from '../client.ts';

type Context = Parameters<Backend['roles']['grantRole']>[1];
type Settings = TestBackendOptions['settings'];

/** A person with a session. */
export interface Person extends LoggedIn {
  readonly id: string;
  readonly username: string;
  readonly password: string;
}

/** A program with its administration on, and people of each kind at it. */
export class AdminDesk {
  readonly test: TestBackend;
  /** Has every permission. */
  readonly admin: Person;
  readonly api: string;
  /** The test's own, so that nothing it looks up counts as the program's. */
  readonly #mongodb = new MongoClient(inject('mongodbUri'));

  private constructor(test: TestBackend, admin: Person) {
    this.test = test;
    this.admin = admin;
    this.api = `${test.address}/api`;
  }

  static async start(settings: Settings = {}): Promise<AdminDesk> {
    const test = await TestBackend.start({
      mongodbUri: inject('mongodbUri'),
      settings: {
        webhook: { allowsPrivateAddresses: true },
        ...settings,
        http: { hasAdminApi: true },
      },
    });
    const admin = await logInAs(test);
    await test.backend.roles.grantRole(
      { accountId: admin.id, role: 'admin' },
      operatorContext(admin.context),
    );
    return new AdminDesk(test, admin);
  }

  /** Somebody new, with a role or none. */
  async person(role?: string): Promise<Person> {
    const person = await logInAs(this.test);
    if (role !== undefined) {
      const context = operatorContext(person.context);
      await this.test.backend.roles.grantRole({ accountId: person.id, role }, context);
    }
    return person;
  }

  async get(path: string, { token }: { token?: string } = this.admin): Promise<Answer> {
    return send('GET', `${this.api}${path}`, { token });
  }

  async post(
    path: string,
    body: unknown,
    { token }: { token?: string } = this.admin,
  ): Promise<Answer> {
    return send('POST', `${this.api}${path}`, { body, token });
  }

  async patch(path: string, body: unknown): Promise<Answer> {
    return send('PATCH', `${this.api}${path}`, { body, token: this.admin.token });
  }

  collection(name: string): Collection {
    const { databaseName } = this.test.backend.database.driver;
    return this.#mongodb.db(databaseName).collection(name);
  }

  /** Everything that is stored. */
  async storedText(): Promise<string> {
    const { databaseName } = this.test.backend.database.driver;
    const collections = await this.#mongodb.db(databaseName).collections();
    const documents = await Promise.all(collections.map((each) => each.find().toArray()));
    return JSON.stringify(documents);
  }

  /** Records of an operation by the admin, the newest first. */
  async records(operation: string): Promise<readonly Document[]> {
    return this.collection('audit_log')
      .find({
        action: 'authz_admin',
        actor_type: 'account',
        actor_id: this.admin.id,
        'changes.operation.new': operation,
      })
      .sort({ _id: -1 })
      .toArray();
  }

  async close(): Promise<void> {
    await this.#mongodb.close();
    await this.test.close();
  }
}

async function logInAs(test: TestBackend): Promise<Person> {
  const { account, username, password } = await test.signUp();
  return { ...(await test.logIn({ username, password })), id: account.id, username, password };
}

/** As org-admin does it. */
export function operatorContext(context: Context): Context {
  return context.withActor({ type: 'worker', id: `org-admin ${randomUUID()}` });
}

export const reason = 'Asked by its owner, ticket 4711';
