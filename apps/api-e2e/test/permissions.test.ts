import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  fillTable,
  readAccess,
  type AccessTableStage,
  type Cell,
  type DeclaredRoute,
  type Sender,
} from './access-table.ts';
import { get, post, signUpAndLogIn, type LoggedIn } from './client.ts';
import { onThrowawayDatabase, Program, runOrgAdmin } from './program.ts';

const environment = { ...onThrowawayDatabase(), ADMIN_API: 'on' };
const mongodb = new MongoClient(environment.MONGODB_URI);
let program: Program;
let address: string;
let table: readonly Cell[];

const runAdmin = (...words: string[]) => runOrgAdmin(environment, ...words);

const change = (verb: 'grant' | 'revoke', { id }: LoggedIn, role: string) =>
  runAdmin('roles', verb, id, role, '--reason', 'for the table');

interface StoredRole {
  readonly name: string;
  readonly permissions: readonly string[];
}

async function readPermissions() {
  const roles = JSON.parse(await runAdmin('roles', 'list', '--json')) as {
    readonly items: readonly StoredRole[];
  };
  return {
    support: roles.items.find(({ name }) => name === 'support')!.permissions,
    admin: JSON.parse(await runAdmin('roles', 'permissions', '--json')) as readonly string[],
  };
}

interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
}

interface OpenApiOperation {
  readonly requestBody?: {
    readonly content: Readonly<
      Record<string, { readonly examples: Readonly<Record<string, { readonly value: unknown }>> }>
    >;
  };
  readonly description?: string;
  readonly security?: readonly object[];
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}

/** Of the running program. */
async function readRoutes(): Promise<readonly DeclaredRoute[]> {
  const { body } = await get(`${address}/api/openapi.json`);
  const { paths } = body as unknown as OpenApiDocument;
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => {
      const responses = Object.values(operation.responses);
      const codes = responses.flatMap(({ description }) => description.split(', '));
      const access = readAccess({ ...operation, codes });
      return { method: method.toUpperCase(), path, ...access, ...formOf(operation) };
    }),
  );
}

/** Where a form is open to anyone, who may send it depends on the form: the last one is guarded. */
function formOf({ security = [], requestBody }: OpenApiOperation): Pick<DeclaredRoute, 'body'> {
  const isOpen = security.some((scheme) => Object.keys(scheme).length === 0);
  const { examples = {} } = requestBody?.content['application/json'] ?? {};
  return isOpen ? { body: Object.values(examples).at(-1)?.value } : {};
}

async function setStage(): Promise<AccessTableStage> {
  const api = `${address}/api`;
  const signUp = (name: string) => signUpAndLogIn(api, name);
  const people = {
    owner: await signUp('owner'),
    other: await signUp('other'),
    support: await signUp('support'),
    admin: await signUp('admin'),
    former: await signUp('former'),
  };
  await change('grant', people.support, 'support');
  await change('grant', people.admin, 'admin');
  await change('grant', people.former, 'support');
  await change('revoke', people.former, 'support');
  const permissions = await readPermissions();
  const senders: readonly Sender[] = [
    { name: 'nobody', permissions: [] },
    { name: 'owner', token: people.owner.token, permissions: [], isOwner: true },
    { name: 'other', token: people.other.token, permissions: [] },
    { name: 'support', token: people.support.token, permissions: permissions.support },
    { name: 'admin', token: people.admin.token, permissions: permissions.admin },
    { name: 'former', token: people.former.token, permissions: [] },
  ];
  let renewals = 0;
  return {
    address,
    routes: await readRoutes(),
    senders,
    ownerId: people.owner.id,
    renew: async (sender) => {
      if (sender.isOwner === true) {
        const { id, token } = await signUp(`owner-${(renewals += 1)}`);
        return { sender: { ...sender, token }, ownerId: id };
      }
      const { user } = people[sender.name as keyof typeof people];
      const { body } = await post(`${api}/access-tokens`, user);
      return { sender: { ...sender, token: String(body['token']) }, ownerId: people.owner.id };
    },
  };
}

beforeAll(async () => {
  program = Program.run(environment);
  address = await program.ready();
  table = await fillTable(await setStage());
}, 180_000);
afterAll(async () => {
  await program.stop();
  await mongodb.db().dropDatabase();
  await mongodb.close();
});

describe('every route of the program', () => {
  it('admits whom it declares, and nobody else', () => {
    expect(table.filter(({ expected, actual }) => actual !== expected)).toEqual([]);
    const kinds = new Set(table.map(({ access }) => access));
    expect([...kinds].sort()).toEqual(['account', 'anyone', 'owner', 'permission', 'staff']);
  });

  it('is the owner’s alone if it names an account, and the staff’s alone if it is for them', () => {
    const isRight = ({ route, access }: Cell) => {
      const [, path = ''] = route.split(' ');
      if (path.startsWith('/api/admin/')) {
        return access === 'permission' || access === 'staff';
      }
      return path.includes('{account_id}') ? access === 'owner' : access !== 'owner';
    };

    expect(table.filter((cell) => !isRight(cell))).toEqual([]);
  });
});
