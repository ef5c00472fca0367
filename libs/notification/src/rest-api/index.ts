export { developmentOutbox } from './development-outbox-rest-api-server.ts';
export { notificationRestApi } from './notification-rest-api-server.ts';

export type { DevelopmentOutboxOptions } from './development-outbox-rest-api-server.ts';
export type { NotificationRestApiOptions } from './notification-rest-api-server.ts';
