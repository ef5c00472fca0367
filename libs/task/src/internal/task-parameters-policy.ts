import { check } from '@org/core';

import { TaskBadRequestError } from '../errors.ts';

const { parameters, text, anyText, id, anyObject, optional } = check;

const refuse = (...problem: ConstructorParameters<typeof TaskBadRequestError>) =>
  new TaskBadRequestError(...problem);

/** As much as a request can hold; these texts are only stored. */
const MAXIMUM_TEXT_LENGTH = 64 * 1024;
const storedText = text(MAXIMUM_TEXT_LENGTH, MAXIMUM_TEXT_LENGTH);
const accountId = id;
const fields = { title: storedText, description: storedText };

/** Parameters of the service's methods. */
export const checkAccountId = parameters({ accountId }, refuse);
export const checkTaskId = parameters({ accountId, id: anyText }, refuse);
export const checkNewTask = parameters({ accountId, ...fields }, refuse);
export const checkChangedTask = parameters({ accountId, id: anyText, ...fields }, refuse);
export const checkTaskList = parameters({ accountId, pagination: optional(anyObject) }, refuse);
