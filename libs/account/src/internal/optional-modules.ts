import type { JobService } from '@org/jobs';
import type { MailSubscriptionService, NotificationService } from '@org/notification';

import { AccountBadRequestError } from '../errors.ts';

export type AccountJobs = Pick<JobService, 'dispatch' | 'dispatchAfter'>;

/** What accounts need of messages. */
export interface AccountNotification extends Pick<
  NotificationService,
  | 'createOrUpdateAccountNotificationPreferences'
  | 'deleteNotificationDataByAccountId'
  | 'deletePushSubscriptionsByAccountId'
  | 'dropQueuedDeliveriesByAccountId'
  | 'exportNotificationDataByAccountId'
  | 'getAccountNotificationPreferencesByAccountId'
  | 'listDeliveriesByAccountId'
  | 'sendEmailForAccount'
  | 'sendPushForAccount'
  | 'sendSmsForAccount'
> {
  readonly mailSubscriptions: Pick<
    MailSubscriptionService,
    'endMailSubscription' | 'findMailSubscription' | 'renderUnsubscribePage'
  >;
}

const refuse = (): Promise<never> =>
  Promise.reject(new AccountBadRequestError('This program sends no messages.'));
const refuseJob = (): Promise<never> =>
  Promise.reject(new AccountBadRequestError('This program runs no jobs.'));
const noPreferences = {
  ...{ emailEnabled: false, pushEnabled: false, smsEnabled: false },
  ...{ createdAt: new Date(0), updatedAt: new Date(0) },
};
const untold = () => Promise.resolve({ deliveryId: '' });
const nothing = () => Promise.resolve();

/** For a program without jobs: what only a job does cannot be asked for. */
export const noJobs: AccountJobs = {
  dispatch: refuseJob,
  dispatchAfter: refuseJob,
};

/** For a program without messages: nobody is told, and there is nothing to prefer. */
export const noNotification: AccountNotification = {
  sendEmailForAccount: untold,
  sendSmsForAccount: untold,
  sendPushForAccount: untold,
  createOrUpdateAccountNotificationPreferences: ({ accountId, ...flags }) =>
    Object.keys(flags).length === 0 ? Promise.resolve({ accountId, ...noPreferences }) : refuse(),
  getAccountNotificationPreferencesByAccountId: refuse,
  dropQueuedDeliveriesByAccountId: () => Promise.resolve(0),
  deletePushSubscriptionsByAccountId: nothing,
  deleteNotificationDataByAccountId: nothing,
  exportNotificationDataByAccountId: () => Promise.resolve({}),
  listDeliveriesByAccountId: () => Promise.resolve([]),
  mailSubscriptions: {
    findMailSubscription: () => undefined,
    endMailSubscription: nothing,
    renderUnsubscribePage: () => ({
      html: 'This program sends no messages.',
      contentSecurityPolicy: "default-src 'none'",
    }),
  },
};
