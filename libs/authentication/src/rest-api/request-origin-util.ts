import { operationContextOf } from '@org/core/rest-api';
import type { FastifyRequest } from 'fastify';

import type { SessionOrigin } from '../types.ts';

export function originOf(request: FastifyRequest): SessionOrigin {
  return {
    ip: operationContextOf(request).sourceAddress ?? '',
    userAgent: request.headers['user-agent'] ?? '',
  };
}
