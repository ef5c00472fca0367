import { check } from '@org/core';

import { AuditBadRequestError } from '../errors.ts';

const { parameters, text, id, anything, optional, nullable, record, list, oneOf } = check;
const signal = check.abortSignal;

const refuse = (...problem: ConstructorParameters<typeof AuditBadRequestError>) =>
  new AuditBadRequestError(...problem);

const page = {
  from: optional(check.time),
  to: optional(check.time),
  limit: optional(check.finiteNumber),
  cursor: optional(text(1_024)),
};
const resource = { resourceType: id, resourceId: id };
const event = record({
  ...resource,
  action: id,
  outcome: optional(oneOf('success', 'denied', 'failure')),
  changes: optional(check.dictionary(record({ old: anything, new: anything }))),
  subjectDigest: optional(id),
});

/** Parameters of the service's methods. */
export const checkEvents = parameters({ events: list(event) }, refuse);
export const checkSourceEvent = parameters({ event, source: id }, refuse);
export const checkTimePage = parameters(page, refuse);
export const checkResourcePage = parameters({ ...page, ...resource }, refuse);
export const checkActorPage = parameters(
  {
    ...page,
    actorType: oneOf('account', 'job', 'worker', 'anonymous'),
    actorId: nullable(id),
  },
  refuse,
);
export const checkActorId = parameters({ actorId: id }, refuse);
export const checkPseudonymization = parameters({ actorId: id, pseudonym: id, signal }, refuse);
export const checkResources = parameters({ resources: list(record(resource)), signal }, refuse);
export const checkAbandonedErasure = parameters({ account: record(resource), signal }, refuse);
export const checkSubject = parameters(
  { subjectDigest: id, from: check.time, to: check.time },
  refuse,
);
export const checkSubjectPage = parameters(
  { ...page, subjectDigest: id, resource: optional(record(resource)) },
  refuse,
);
export const checkEventKind = parameters({ resourceType: id, action: id }, refuse);
