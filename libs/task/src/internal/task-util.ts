import type { Task } from '../types.ts';
import { TaskModel } from './store/task-model.ts';

/** @throws MalformedDocumentError when the document is none of tasks */
export function convertTaskBsonToTask(bson: object): Task {
  const { id, accountId, title, description, createdAt, updatedAt } = TaskModel.fromBson(bson);
  return { id, accountId, title, description, createdAt, updatedAt };
}
