import { defineTopic, MILLISECONDS_PER_DAY } from './define-topic.ts';
import { paragraph, plainText } from './email-layout.ts';
import { html } from './html.ts';

type AnnouncementData = {
  readonly title: string;
  readonly text: string;
};

const sample: AnnouncementData = {
  title: 'Tasks & more',
  text: 'You can now keep a list of tasks.\n\nTell us what you <miss>.',
};

/** Says what its sender wrote, in whatever language. */
export const announcement = defineTopic({
  name: 'announcement',
  category: 'marketing',
  priority: 'bulk',
  lifeTimeMilliseconds: 3 * MILLISECONDS_PER_DAY,
  canBeSwitchedOff: true,
  sample,
  templates: {
    email: ({ title, text }) => ({
      subject: title,
      text: plainText([text]),
      body: html`${text.split(/\n{2,}/).map(paragraph)}`,
    }),
    sms: ({ title, text }) => `${title}: ${text}`,
    push: ({ title, text }) => ({ title, body: text }),
  },
});
