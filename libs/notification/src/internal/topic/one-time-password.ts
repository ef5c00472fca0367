import { defineTopic, MINUTE } from './define-topic.ts';
import { readableDuration } from './wording.ts';

type OneTimePasswordData = {
  readonly code: string;
  /** How long the code is valid; takes precedence over `minutes`. */
  readonly seconds?: number;
  /** The same, rounded: for workers of the previous version, and for messages that they queued. */
  readonly minutes: number;
};

const sample: OneTimePasswordData = { code: '314159', seconds: 300, minutes: 5 };

export const oneTimePassword = defineTopic({
  name: 'one-time-password',
  category: 'security',
  priority: 'urgent',
  lifeTimeMilliseconds: 5 * MINUTE,
  canBeSwitchedOff: false,
  sample,
  templates: {
    sms: ({ code, minutes, seconds = minutes * 60 }) =>
      `Your code is ${code}. It is good for ${readableDuration(seconds)}. Do not tell it to anyone.`,
  },
});
