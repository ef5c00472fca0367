import { defineTopic, MILLISECONDS_PER_MINUTE } from './define-topic.ts';
import { BUILT_IN_LOCALES, readableDuration, textsIn } from './wording.ts';

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
  lifeTimeMilliseconds: 5 * MILLISECONDS_PER_MINUTE,
  canBeSwitchedOff: false,
  sample,
  locales: BUILT_IN_LOCALES,
  templates: {
    sms: ({ code, minutes, seconds = minutes * 60 }, context) =>
      textsIn(context)('one-time-password.sms', {
        code,
        duration: readableDuration(seconds, context),
      }),
  },
});
