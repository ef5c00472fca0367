import { AppError } from '@org/core';
import {
  defineRoute,
  operationContextOf,
  registerRoutes,
  type RouteHandlers,
} from '@org/core/rest-api';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import * as Type from 'typebox';

import { AccountBadRequestError } from '../errors.ts';
import type { UnsubscribeAnswer } from '../types.ts';
import type { UnsubscribeService } from '../unsubscribe-service.ts';

const Page = Type.Unsafe<string>({
  description: 'A page that says what happened.',
  content: { 'text/html': { schema: Type.String() } },
});

const link = {
  path: '/unsubscribe',
  tag: 'unsubscribe',
  access: 'anyone',
  query: Type.Object({ token: Type.Optional(Type.String()) }),
  reply: { status: 200, schema: Page, others: { 400: Page } },
  errors: [AccountBadRequestError],
} as const;

const unsubscribeRoutes = {
  getUnsubscribePage: defineRoute({
    ...link,
    method: 'GET',
    operationId: 'getUnsubscribePage',
    summary: 'A page that asks whether to end mails of a topic, and changes nothing',
  }),
  unsubscribe: defineRoute({
    ...link,
    method: 'POST',
    operationId: 'unsubscribe',
    summary: 'End mails of a topic (RFC 8058); whatever the form says',
  }),
};

const FORMS = ['application/x-www-form-urlencoded', 'multipart/form-data'];

/** Fastify plugin with the routes of links in marketing mails. */
export async function unsubscribeRestApi(
  app: FastifyInstance,
  { unsubscribing }: { readonly unsubscribing: UnsubscribeService },
): Promise<void> {
  for (const form of FORMS.filter((each) => !app.hasContentTypeParser(each))) {
    app.addContentTypeParser(form, { parseAs: 'buffer' }, (_request, _body, done) => done(null));
  }
  app.setErrorHandler((error: FastifyError) => {
    throw error.statusCode === 415 ? notAForm(error) : error;
  });
  const handlers: RouteHandlers<typeof unsubscribeRoutes> = {
    getUnsubscribePage: async (request, reply) => {
      const { token = '' } = request.query;
      const context = operationContextOf(request);
      return sendPage(reply, await unsubscribing.getUnsubscribePage({ token }, context));
    },
    unsubscribe: async (request, reply) => {
      const { token = '' } = request.query;
      const context = operationContextOf(request);
      const answer = await unsubscribing.unsubscribe({ token }, context);
      // A mail program sends it, or the button of the page.
      if (!answer.isUsable && request.headers.accept?.includes('text/html') !== true) {
        throw AccountBadRequestError.ofLink();
      }
      return sendPage(reply, answer);
    },
  };
  registerRoutes(app, unsubscribeRoutes, { handlers });
}

/** Named: the framework's own message asks for JSON. */
function notAForm(cause: Error): AppError {
  const message = `The request body must be ${FORMS.join(' or ')}.`;
  return new AppError({ code: 'REQUEST_ERR_415', httpStatus: 415, message, cause });
}

function sendPage(
  reply: FastifyReply,
  { isUsable, html, contentSecurityPolicy }: UnsubscribeAnswer,
): FastifyReply {
  return reply
    .code(isUsable ? 200 : 400)
    .type('text/html; charset=utf-8')
    .header('content-security-policy', contentSecurityPolicy)
    .header('cache-control', 'no-store')
    .send(html);
}
