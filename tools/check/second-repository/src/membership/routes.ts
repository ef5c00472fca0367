import { defineError, type ErrorDetail } from '@org/core';
import {
  applyHttpContract,
  defineRoute,
  operationContextOf,
  registerRoutes,
  type AccountGuard,
} from '@org/core/rest-api';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';

import { MembershipNotFoundError, type MembershipService } from './membership-service.js';

class MembershipBadRequestError extends defineError('MEMBERSHIP_ERR_02', 400) {
  constructor(message: string, details: readonly ErrorDetail[]) {
    super(message, { details });
  }
}

const ClubName = Type.Union([Type.Literal('chess'), Type.Literal('rowing')]);

const routes = {
  getMembership: defineRoute({
    method: 'GET',
    path: '/accounts/:account_id/membership',
    operationId: 'getMembership',
    summary: "Read one's own membership",
    tag: 'memberships',
    access: 'owner',
    params: Type.Object({ account_id: Type.String() }),
    reply: { status: 200, schema: Type.Object({ club: Type.String(), since: Type.String() }) },
    errors: [MembershipNotFoundError],
  }),
  getClub: defineRoute({
    method: 'GET',
    path: '/clubs/:club',
    operationId: 'getClub',
    summary: 'Read how many members a club has',
    tag: 'memberships',
    access: 'account',
    params: Type.Object({ club: ClubName }),
    reply: { status: 200, schema: Type.Object({ members: Type.Integer() }) },
    errors: [MembershipBadRequestError],
  }),
};

export async function mountMembershipRoutes(
  api: FastifyInstance,
  memberships: MembershipService,
  guard: AccountGuard,
): Promise<void> {
  await api.register(async (scope) => {
    applyHttpContract(scope, MembershipBadRequestError);
    registerRoutes(scope, routes, {
      guard,
      handlers: {
        getMembership: async (request) => {
          const { account_id: accountId } = request.params;
          const context = operationContextOf(request);
          const { club, createdAt } = await memberships.getMembership(accountId, context);
          return { club, since: createdAt.toISOString() };
        },
        getClub: async (request) => ({
          members: await memberships.countMembers(request.params.club, operationContextOf(request)),
        }),
      },
    });
  });
}
