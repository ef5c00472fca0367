export { clearSiteData } from './answer-headers.ts';
export { beforeAnswer } from './before-answer.ts';
export { oneOf } from './body-forms.ts';
export { applyHttpContract, serializeLazily } from './contract-validation.ts';
export { defineRoute, registerRoutes } from './define-route.ts';
export type { Route } from './route.ts';
export { toErrorAnswer } from './error-body.ts';
export { HandlerTimeoutError } from './handler-timeout.ts';
export { accountIdOf, operationContextOf, setOperationContext } from './operation-context-of.ts';
export { documentErrors } from './documented-errors.ts';
export { assertOwnOrigin, ForeignOriginError, isFromOwnPage } from './own-origin.ts';
export { judgeAgainLater } from './second-judgement.ts';
export { onSessionEnd } from './session-end.ts';
export { streamJson } from './json-stream.ts';
export { RequestSlot } from './request-slot.ts';
export { restApiPlugin, restApiScope } from './rest-api-plugin.ts';
export { restApiServerOptions } from './server-options.ts';
export { parseAddress, trustProxies } from './source-address.ts';

export type { AccountGuard, RequestGuard } from './account-guard.ts';
export type { BodyForm, BodyForms, BodyFormsOptions, ChosenForm } from './body-forms.ts';
export type { BadRequestErrorType } from './contract-validation.ts';
export type {
  RegisterRoutesOptions,
  RouteHandler,
  RouteHandlers,
  RouteRequest,
} from './define-route.ts';
export type { OriginHeaders, OriginOptions } from './own-origin.ts';
export type { RestApiOptions } from './rest-api-plugin.ts';
export type { RouteErrors } from './documented-errors.ts';
export type { ErrorAnswer, ErrorBody } from './error-body.ts';
