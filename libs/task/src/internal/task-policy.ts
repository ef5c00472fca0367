import { TaskBadRequestError } from '../errors.ts';
import type { TaskFields } from '../types.ts';

const REQUIRED: Readonly<Record<keyof TaskFields, string>> = {
  title: 'Title is required',
  description: 'Description is required',
};

/** @throws TaskBadRequestError if a field is empty */
export function checkTaskFields(fields: TaskFields): void {
  for (const [field, message] of Object.entries(REQUIRED)) {
    if (fields[field as keyof TaskFields] === '') {
      throw new TaskBadRequestError(message, [{ path: `/${field}`, message }]);
    }
  }
}
