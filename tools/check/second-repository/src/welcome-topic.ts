import {
  defineTexts,
  defineTopic,
  html,
  MILLISECONDS_PER_DAY,
  paragraph,
  plainText,
} from '@org/notification';

const texts = defineTexts({
  en: {
    subject: 'Welcome to the {club, select, chess {chess} other {rowing}} club',
    text: '{members, plural, one {You are the first member.} other {We are # members now.}}',
  },
  de: {
    subject: 'Willkommen im {club, select, chess {Schachclub} other {Ruderclub}}',
    text: '{members, plural, one {Sie sind das erste Mitglied.} other {Wir sind jetzt # Mitglieder.}}',
  },
});

export const welcome = defineTopic({
  name: 'membership.welcome',
  category: 'transactional',
  priority: 'normal',
  lifeTimeMilliseconds: 3 * MILLISECONDS_PER_DAY,
  canBeSwitchedOff: true,
  sample: { club: 'chess', members: 1200 },
  locales: texts.locales,
  templates: {
    email: ({ club, members }, context) => {
      const say = texts.in(context);
      const text = say('text', { members });
      return {
        subject: say('subject', { club }),
        text: plainText([text]),
        body: html`${paragraph(text)}`,
      };
    },
  },
});
