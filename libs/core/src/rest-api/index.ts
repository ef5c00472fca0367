export { applyHttpContract, bodyFormValidator, serializeLazily } from './contract-validation.ts';
export { operationContextOf, setOperationContext } from './operation-context-of.ts';
export { documentErrors } from './documented-errors.ts';
export { restApiPlugin } from './rest-api-plugin.ts';
export { restApiServerOptions } from './server-options.ts';

export type { AccountGuard } from './account-guard.ts';
export type { BadRequestErrorFactory, BodyForm, BodyForms } from './contract-validation.ts';
export type { RestApiOptions } from './rest-api-plugin.ts';
export type { RouteErrors } from './documented-errors.ts';
export type { ErrorBody } from './error-body.ts';
