import { defineTopic, MILLISECONDS_PER_DAY } from './define-topic.ts';
import { linkButton, paragraph, plainText } from './email-layout.ts';
import { html, linkTarget } from './html.ts';
import { BUILT_IN_LOCALES, greeting, textsIn, whenRepeated } from './wording.ts';

type NewDeviceData = {
  /** Such as `Windows`; empty if unknown. */
  readonly device: string;
  /** Such as `Firefox`; empty if unknown. */
  readonly browser: string;
  /** An IP address; empty if unknown. */
  readonly address: string;
  /** When it logged in, by ISO 8601. */
  readonly at: string;
  /** An http or https URL that ends its session. */
  readonly reversalLink: string;
};

const sample: NewDeviceData = {
  device: 'Windows',
  browser: 'Firefox',
  address: '203.0.113.7',
  at: '2026-01-01T09:30:00.000Z',
  reversalLink: 'https://app.example.org/session-reversals#token=sample',
};

/** A notice that its owner can switch off. The link of a summary is that of the last login. */
export const newDevice = defineTopic({
  name: 'new-device',
  category: 'transactional',
  priority: 'normal',
  lifeTimeMilliseconds: 3 * MILLISECONDS_PER_DAY,
  canBeSwitchedOff: true,
  isSummedUp: true,
  survivesDeletion: true,
  sample,
  locales: BUILT_IN_LOCALES,
  templates: {
    email: ({ reversalLink, at, ...from }, context) => {
      const say = textsIn(context);
      const isRepeated = (context.repetition?.times ?? 1) > 1;
      const hello = greeting('', context);
      const happened = say(isRepeated ? 'new-device.repeated' : 'new-device.text', {
        when: whenRepeated(context),
        at: new Date(at),
      });
      const origin = say('new-device.origin', {
        device: from.device || 'unknown',
        browser: from.browser || 'unknown',
        address: from.address || 'unknown',
      });
      const undo = say('new-device.undo');
      const link = linkTarget(reversalLink);
      const others = isRepeated ? [say('new-device.others')] : [];
      const button = linkButton(say('contact-replaced.button'), link, context);
      return {
        subject: say('new-device.subject'),
        text: plainText([hello, happened, origin, undo, link, ...others]),
        body: html`${[hello, happened, origin, undo].map(paragraph)}${button}${others.map(paragraph)}`,
      };
    },
    sms: ({ reversalLink }, context) =>
      textsIn(context)('new-device.sms', { link: linkTarget(reversalLink) }),
  },
});
