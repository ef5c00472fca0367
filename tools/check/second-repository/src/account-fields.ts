import { defineAccountFields } from '@org/account';
import { Type } from 'typebox';

export const accountFields = defineAccountFields({
  club: { schema: Type.Union([Type.Literal('chess'), Type.Literal('rowing')]), default: 'chess' },
  locale: { schema: Type.Union([Type.Literal('en'), Type.Literal('de')]), default: 'en' },
});

export type Fields = typeof accountFields;
