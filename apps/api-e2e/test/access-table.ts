import { send } from './client.ts';

/** A route, and what it declares about who may call it. */
export interface DeclaredRoute {
  readonly method: string;
  /** Such as `/api/accounts/{account_id}`. */
  readonly path: string;
  /** `staff`: whoever has any permission at all. */
  readonly access: 'account' | 'anyone' | 'owner' | 'permission' | 'staff';
  /** Set if the access is by `permission`. */
  readonly permission?: string | undefined;
  /** What is sent. Default: an empty object, which does nothing where there is a guard. */
  readonly body?: unknown;
}

/** An operation of an OpenAPI document, as far as it tells about access. */
export interface Operation {
  readonly description?: string;
  readonly security?: readonly object[];
  /** Codes of the errors that it answers with. */
  readonly codes: readonly string[];
}

const NO_OWNER = 'ACCESS_TOKEN_ERR_01';
const NO_LOGIN = 'ACCESS_TOKEN_ERR_03';
const NO_PERMISSION = 'ACCESS_TOKEN_ERR_09';

/** What the route declares: by whom it may be used is in no other place of this table. */
export function readAccess({
  description = '',
  security = [],
  codes,
}: Operation): Pick<DeclaredRoute, 'access' | 'permission'> {
  const permission = /^Needs the permission (\S+)\.$/.exec(description)?.[1];
  if (security.length === 0) {
    return { access: 'anyone' };
  }
  if (codes.includes(NO_OWNER)) {
    return { access: 'owner' };
  }
  if (permission !== undefined) {
    return { access: 'permission', permission };
  }
  return { access: codes.includes(NO_PERMISSION) ? 'staff' : 'account' };
}

/** Whoever sends a request; nobody has no token. */
export interface Sender {
  readonly name: string;
  readonly token?: string;
  readonly permissions: readonly string[];
  /** Whether the account in the path is theirs. */
  readonly isOwner?: boolean;
}

/** A program, and how one gets at senders. */
export interface AccessTableStage {
  readonly address: string;
  readonly routes: readonly DeclaredRoute[];
  readonly senders: readonly Sender[];
  /** The owner of the paths. */
  readonly ownerId: string;
  /** Makes a sender like this one, whose account or session may end; with the id of the owner. */
  renew(sender: Sender): Promise<{ readonly sender: Sender; readonly ownerId: string }>;
}

export type Outcome = 'admitted' | 'broken' | 'no login' | 'no permission' | 'not the owner';

export interface Cell {
  readonly route: string;
  readonly access: DeclaredRoute['access'];
  readonly sender: string;
  readonly expected: Outcome;
  readonly actual: Outcome;
}

/** Asks every route as every sender. */
export async function fillTable(stage: AccessTableStage): Promise<readonly Cell[]> {
  const cells: Cell[] = [];
  for (const route of stage.routes) {
    for (const sender of stage.senders) {
      const expected = expectedOf(route, sender);
      cells.push({
        route: `${route.method} ${route.path}`,
        access: route.access,
        sender: sender.name,
        expected,
        actual: await ask(stage, route, sender, expected),
      });
    }
  }
  return cells;
}

function expectedOf({ access, permission = '' }: DeclaredRoute, sender: Sender): Outcome {
  const { token, permissions, isOwner = false } = sender;
  if (access === 'anyone') {
    return 'admitted';
  }
  if (token === undefined) {
    return 'no login';
  }
  switch (access) {
    case 'account':
      return 'admitted';
    case 'owner':
      return isOwner ? 'admitted' : 'not the owner';
    case 'permission':
      return permissions.includes(permission) ? 'admitted' : 'no permission';
    case 'staff':
      return permissions.length > 0 ? 'admitted' : 'no permission';
  }
}

async function ask(
  stage: AccessTableStage,
  { method, path, body: form = {} }: DeclaredRoute,
  given: Sender,
  expected: Outcome,
): Promise<Outcome> {
  const endsSomething = method === 'DELETE' && expected === 'admitted' && given.token !== undefined;
  const { sender, ownerId } = endsSomething ? await stage.renew(given) : { ...stage, sender: given };
  const url = path.replace('{account_id}', ownerId).replaceAll(/\{\w+\}/g, '64b000000000000000000001');
  const { status, body } = await send(method, stage.address + url, {
    token: sender.token,
    ...(method === 'GET' || method === 'DELETE' ? {} : { body: form }),
  });
  return outcomeOf(status, body['code']);
}

function outcomeOf(status: number, code: unknown): Outcome {
  if (status >= 500) {
    return 'broken';
  }
  if (status === 401 && code === NO_LOGIN) {
    return 'no login';
  }
  if (status === 401 && code === NO_OWNER) {
    return 'not the owner';
  }
  return status === 403 && code === NO_PERMISSION ? 'no permission' : 'admitted';
}
