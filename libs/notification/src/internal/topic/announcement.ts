import { DAY, defineTopic } from './define-topic.ts';
import { paragraph, textOf } from './email-layout.ts';
import { html } from './html.ts';

type AnnouncementData = {
  readonly title: string;
  readonly text: string;
};

const sample: AnnouncementData = {
  title: 'Tasks & more',
  text: 'You can now keep a list of tasks.\n\nTell us what you <miss>.',
};

export const announcement = defineTopic({
  name: 'announcement',
  category: 'marketing',
  priority: 'bulk',
  lifeTimeMilliseconds: 3 * DAY,
  canBeSwitchedOff: true,
  sample,
  templates: {
    email: ({ title, text }) => ({
      subject: title,
      text: textOf([text]),
      body: html`${text.split(/\n{2,}/).map(paragraph)}`,
    }),
    sms: ({ title, text }) => `${title}: ${text}`,
    push: ({ title, text }) => ({ title, body: text }),
  },
});
