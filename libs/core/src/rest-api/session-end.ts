import type { FastifyReply, FastifyRequest } from 'fastify';

import { RequestSlot } from './request-slot.ts';

type SessionEnd = (reply: FastifyReply) => void;

const sessionEnds = new RequestSlot<SessionEnd>();

/**
 * Called by a guard whose session lives in the browser, as in a cookie: sets how the answer makes the
 * browser forget it, should the request end it.
 */
export function onSessionEnd(request: FastifyRequest, forget: SessionEnd): void {
  sessionEnds.set(request, forget);
}

export function forgetSession(reply: FastifyReply): void {
  sessionEnds.get(reply.request)?.(reply);
}
