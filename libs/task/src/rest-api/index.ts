export { taskRestApi } from './task-rest-api-server.ts';

export type { TaskRestApiOptions } from './task-rest-api-server.ts';
