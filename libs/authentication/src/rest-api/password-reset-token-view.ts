import { operationContextOf } from '@org/core/rest-api';
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { AccountDirectory } from '../account-directory.ts';
import type {
  CreatePasswordResetTokenRoute,
  PasswordResetTokenReplyBody,
} from './password-reset-token-schema.ts';

export class PasswordResetTokenView {
  readonly #accounts: AccountDirectory;

  constructor(accounts: AccountDirectory) {
    this.#accounts = accounts;
  }

  createPasswordResetToken = async (
    request: FastifyRequest<CreatePasswordResetTokenRoute>,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    const { username } = request.body;
    const { expiresAt } = await this.#accounts.requestPasswordReset(
      { username },
      operationContextOf(request),
    );
    const body: PasswordResetTokenReplyBody = { expires_at: expiresAt.toISOString() };
    return reply.code(201).send(body);
  };
}
