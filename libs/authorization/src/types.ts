/** A named set of permissions, which accounts are given. */
export interface Role {
  readonly name: string;
  /** Sorted; `*`, of the role `admin` alone, is every permission. */
  readonly permissions: readonly string[];
  /** `admin`, which nobody can change, and `support`: neither can be removed. */
  readonly isBuiltIn: boolean;
}

/** The roles of an account. */
export interface RoleGrant {
  readonly accountId: string;
  /** Sorted names; empty once all are taken away. */
  readonly roles: readonly string[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface RoleGrantPage {
  readonly items: readonly RoleGrant[];
  /** For the next page; `null` on the last. */
  readonly nextCursor: string | null;
}

export interface RoleParams {
  readonly name: string;
}

export interface CreateRoleParams extends RoleParams {
  /** That modules declare. */
  readonly permissions: readonly string[];
}

/** The permissions take the place of those of before. */
export type UpdateRoleParams = CreateRoleParams;

export interface RoleGrantParams {
  readonly accountId: string;
  /** A role's name. */
  readonly role: string;
}

export interface ListRoleGrantsParams {
  /** A role's name. Default: any. */
  readonly role?: string | undefined;
  /** At most 1,000. Default: 100. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the previous page. Default: from the newest. */
  readonly cursor?: string | undefined;
}

export interface PermissionsByAccountIdParams {
  readonly accountId: string;
}

export interface PermissionParams extends PermissionsByAccountIdParams {
  readonly permission: string;
}
