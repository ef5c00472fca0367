import { check } from '@org/core';

import { TaskBadRequestError } from '../errors.ts';

const { parameters, text, anyText, id, anyObject, optional } = check;

const refuse = (...problem: ConstructorParameters<typeof TaskBadRequestError>) =>
  new TaskBadRequestError(...problem);

/** As much as a request holds; nothing is made of these texts but to store them. */
const MAXIMUM_TEXT_LENGTH = 64 * 1024;
const storedText = text(MAXIMUM_TEXT_LENGTH, MAXIMUM_TEXT_LENGTH);
const accountId = id;
const fields = { title: storedText, description: storedText };

/** What the service's methods are given. */
export const checkAccountId = parameters({ accountId }, refuse);
export const checkTaskId = parameters({ accountId, id: anyText }, refuse);
export const checkNewTask = parameters({ accountId, ...fields }, refuse);
export const checkChangedTask = parameters({ accountId, id: anyText, ...fields }, refuse);
export const checkTaskList = parameters({ accountId, pagination: optional(anyObject) }, refuse);
