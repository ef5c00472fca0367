import { defineAccountFields } from '@org/account';

/** What this program's accounts have beside their own fields. */
export const accountFields = defineAccountFields({});
