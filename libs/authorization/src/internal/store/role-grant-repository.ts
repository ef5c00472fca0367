import type { OperationContext } from '@org/core';
import {
  ApplicationRepository,
  MalformedDocumentError,
  parseObjectId,
  type RepositoryDependencies,
} from '@org/core/store';

import { RoleGrantModel, type JoinedRoleGrantDocument } from './role-grant-model.ts';
import { RoleModel } from './role-model.ts';

interface PageParams {
  readonly role: string | undefined;
  readonly limit: number;
  readonly cursor: string | undefined;
}

interface RoleGrantModelPage {
  readonly items: readonly RoleGrantModel[];
  readonly nextCursor: string | null;
}

export class RoleGrantRepository extends ApplicationRepository<JoinedRoleGrantDocument> {
  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, {
      name: RoleGrantModel.getCollectionName(),
      schema: {
        bsonType: 'object',
        required: ['account_id', 'roles', 'created_at', 'updated_at'],
        properties: {
          account_id: { bsonType: 'string' },
          roles: { bsonType: 'array', items: { bsonType: 'string' } },
          created_at: { bsonType: 'date' },
          updated_at: { bsonType: 'date' },
        },
      },
      fromBson: (document) => RoleGrantModel.fromBson(document),
      indexes: [
        { keys: { account_id: 1 }, options: { name: 'account_unique', unique: true } },
        { keys: { roles: 1, _id: -1 }, options: { name: 'role_newest_first' } },
      ],
    });
  }

  /**
   * An account's grant, and the roles that it names, in one round trip. Malformed ones of either are
   * left out, and reported.
   */
  async findWithRoles(
    accountId: string,
    context: OperationContext,
  ): Promise<{ readonly names: readonly string[]; readonly roles: readonly RoleModel[] }> {
    const found = await this.aggregate(
      [
        { $match: { account_id: accountId } },
        {
          $lookup: {
            from: RoleModel.getCollectionName(),
            localField: 'roles',
            foreignField: 'name',
            as: 'granted',
          },
        },
      ],
      context,
    );
    const names = found.flatMap((grant) => RoleGrantModel.fromBson(grant).roles);
    const roles = found.flatMap(({ granted = [] }) => granted.flatMap((role) => this.#parse(role)));
    return { names, roles };
  }

  #parse(role: object): readonly RoleModel[] {
    try {
      return [RoleModel.fromBson(role)];
    } catch (error) {
      if (!(error instanceof MalformedDocumentError)) {
        throw error;
      }
      this.database.reportMalformedDocument(error);
      return [];
    }
  }

  /**
   * A page of the grants, newest first; of one role, if it is given. `undefined` if the cursor is
   * not from an earlier page.
   */
  async findNewest(
    { role, limit, cursor }: PageParams,
    context: OperationContext,
  ): Promise<RoleGrantModelPage | undefined> {
    const last = cursor === undefined ? undefined : parseObjectId(cursor);
    if (cursor !== undefined && last === undefined) {
      return undefined;
    }
    const found = await this.find(
      {
        ...(role === undefined ? {} : { roles: role }),
        // By type: another program's ids make no cursor.
        _id: last === undefined ? { $type: 'objectId' } : { $lt: last },
      },
      context,
      // One more than requested shows whether there is a next page.
      { sort: { _id: -1 }, limit: limit + 1 },
    );
    const items = found.slice(0, limit).map((grant) => RoleGrantModel.fromBson(grant));
    const nextCursor = found.length > limit ? (items.at(-1)?.id ?? null) : null;
    return { items, nextCursor };
  }
}
