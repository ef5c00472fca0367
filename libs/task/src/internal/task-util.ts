import type { Task } from '../types.ts';
import { TaskModel } from './store/task-model.ts';

export function convertTaskBsonToTask(bson: object): Task {
  const { id, accountId, title, description, createdAt, updatedAt } = TaskModel.fromBson(bson);
  return { id, accountId, title, description, createdAt, updatedAt };
}

export function convertTaskBsonToJson(bson: object): object {
  const { id, title, description, active, createdAt, updatedAt } = TaskModel.fromBson(bson);
  return { id, title, description, active, created_at: createdAt, updated_at: updatedAt };
}
