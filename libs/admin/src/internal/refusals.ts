import {
  AccountBadRequestError,
  AccountContactRequestNotFoundError,
  AccountSameOperatorError,
  AccountStateError,
  AccountWithEmailExistsError,
  AccountWithIdNotFoundError,
  AccountWithPhoneNumberExistsError,
  AccountWithUserNameExistsError,
} from '@org/account';
import { AuditBadRequestError } from '@org/audit';
import { OtpRequestFailedError } from '@org/authentication';
import {
  BuiltInRoleError,
  LastAdminError,
  PermissionDeniedError,
  PermissionNotHeldError,
  RoleBadRequestError,
  RoleExistsError,
  RoleGrantedError,
  RoleLimitReachedError,
  RoleNotFoundError,
  RoleNotGrantedError,
} from '@org/authorization';
import { TooManyRequestsError } from '@org/core';
import {
  InvalidJobPayloadError,
  JobBadRequestError,
  JobNotFoundError,
  UnknownJobError,
} from '@org/jobs';
import { DeadDeliveryNotFoundError, NotificationBadRequestError } from '@org/notification';
import { QueueBadRequestError, QueueRowNotFoundError } from '@org/queue';
import {
  WebhookBadRequestError,
  WebhookDeliveryNotFoundError,
  WebhookEndpointDisabledError,
  WebhookEndpointLimitReachedError,
  WebhookEndpointNotFoundError,
} from '@org/webhook';

/** What the routes' documents say of the modules' refusals, by what is asked for. */
export const refusals = {
  account: [AccountWithIdNotFoundError],
  accountChange: [PermissionNotHeldError, AccountWithIdNotFoundError],
  accountSearch: [AccountBadRequestError],
  ending: [PermissionNotHeldError, AccountWithIdNotFoundError, LastAdminError],
  mailing: [
    PermissionNotHeldError,
    AccountWithIdNotFoundError,
    AccountStateError,
    TooManyRequestsError,
  ],
  resending: [
    PermissionNotHeldError,
    AccountWithIdNotFoundError,
    AccountStateError,
    OtpRequestFailedError,
    TooManyRequestsError,
  ],
  contactRequest: [
    PermissionNotHeldError,
    AccountWithIdNotFoundError,
    AccountBadRequestError,
    OtpRequestFailedError,
  ],
  approval: [
    PermissionNotHeldError,
    AccountContactRequestNotFoundError,
    AccountSameOperatorError,
    AccountWithIdNotFoundError,
    AccountWithEmailExistsError,
    AccountWithPhoneNumberExistsError,
  ],
  rejection: [AccountContactRequestNotFoundError],
  restoring: [
    PermissionNotHeldError,
    AccountWithIdNotFoundError,
    AccountStateError,
    AccountWithUserNameExistsError,
    AccountWithPhoneNumberExistsError,
    AccountWithEmailExistsError,
  ],
  erasing: [PermissionNotHeldError, AccountWithIdNotFoundError, AccountStateError],
  exporting: [PermissionNotHeldError, AccountWithIdNotFoundError, TooManyRequestsError],
  auditPage: [AuditBadRequestError],
  deliveryPage: [NotificationBadRequestError],
  delivery: [DeadDeliveryNotFoundError],
  me: [PermissionDeniedError],
  newRole: [
    RoleBadRequestError,
    PermissionNotHeldError,
    BuiltInRoleError,
    RoleExistsError,
    RoleLimitReachedError,
  ],
  changedRole: [RoleBadRequestError, PermissionNotHeldError, RoleNotFoundError, BuiltInRoleError],
  removedRole: [
    RoleBadRequestError,
    PermissionNotHeldError,
    RoleNotFoundError,
    BuiltInRoleError,
    RoleGrantedError,
  ],
  rolePage: [RoleBadRequestError],
  grant: [
    RoleBadRequestError,
    PermissionNotHeldError,
    RoleNotFoundError,
    AccountWithIdNotFoundError,
  ],
  revocation: [
    RoleBadRequestError,
    PermissionNotHeldError,
    RoleNotFoundError,
    RoleNotGrantedError,
    LastAdminError,
  ],
  jobPage: [JobBadRequestError],
  jobRun: [UnknownJobError, InvalidJobPayloadError, JobBadRequestError],
  deadJob: [JobNotFoundError],
  eventPage: [QueueBadRequestError],
  deadEvent: [QueueRowNotFoundError],
  newWebhook: [WebhookBadRequestError, WebhookEndpointLimitReachedError],
  changedWebhook: [WebhookBadRequestError, WebhookEndpointNotFoundError],
  webhook: [WebhookEndpointNotFoundError],
  webhookTest: [WebhookEndpointNotFoundError, WebhookEndpointDisabledError],
  webhookDeliveryPage: [WebhookBadRequestError, WebhookEndpointNotFoundError],
  webhookDelivery: [
    WebhookDeliveryNotFoundError,
    WebhookEndpointNotFoundError,
    WebhookEndpointDisabledError,
  ],
};
