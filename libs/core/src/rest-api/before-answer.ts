import type { FastifyReply, FastifyRequest } from 'fastify';

import { RequestSlot } from './request-slot.ts';

type Work = (reply: FastifyReply) => Promise<void>;

const works = new RequestSlot<Work>();

/**
 * Called by a guard: sets what is done once the answer is known, before its headers are sent. In
 * place of what was set before; undefined: nothing is done.
 */
export function beforeAnswer(request: FastifyRequest, work: Work | undefined): void {
  works.set(request, work);
}

/** An `onSend` hook. Most requests have nothing to wait for. */
export function workBeforeAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  _payload: unknown,
  done: (error?: Error) => void,
): void {
  const work = works.get(request);
  if (work === undefined) {
    done();
  } else {
    work(reply).then(() => done(), done);
  }
}
