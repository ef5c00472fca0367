import { TaskBadRequestError } from '../errors.ts';

const REQUIRED = { title: 'Title is required' } as const;

/** @throws TaskBadRequestError when the text is empty */
export function checkTaskText(field: keyof typeof REQUIRED, text: string): void {
  if (text === '') {
    const message = REQUIRED[field];
    throw new TaskBadRequestError(message, [{ path: `/${field}`, message }]);
  }
}
