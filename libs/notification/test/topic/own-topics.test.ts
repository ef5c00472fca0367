import {
  defineTopic,
  DevelopmentOutboxService,
  html,
  NotificationService,
  securityNotice,
  type AnyTopic,
  type DevelopmentOutboxServiceDependencies,
  type MessageDefinitions,
  type NotificationServiceDependencies,
} from '@org/notification';
import { describe, expect, it } from 'vitest';

import { MessageRenderer } from '../../src/internal/topic/rendering.ts';
import { invoicePaid } from '../invoice-paid.ts';

const none = {} as NotificationServiceDependencies & DevelopmentOutboxServiceDependencies;
const { channels, ...definition } = invoicePaid;

function topicWith(parts: Partial<AnyTopic>): AnyTopic {
  return { ...invoicePaid, ...parts };
}

function textUnless(isSummedUp: boolean): string {
  if (isSummedUp) {
    throw new Error('It is summed up');
  }
  return 'Paid';
}

describe('topics of one’s own', () => {
  it('stand beside the built-in ones', () => {
    const { topics } = new MessageRenderer({ topics: [invoicePaid] });

    expect(topics.find('billing.invoice-paid')).toBe(invoicePaid);
    expect(topics.find('announcement')).toBeDefined();
    expect(channels).toEqual(['email', 'push']);
  });

  it.each<[string, MessageDefinitions, RegExp]>([
    [
      'a name that is taken twice',
      { topics: [invoicePaid, topicWith({})] },
      /^Two topics have the name billing\.invoice-paid\.$/,
    ],
    [
      'a security message that can be switched off',
      { topics: [topicWith({ category: 'security' })] },
      /^The topic billing\.invoice-paid cannot have canBeSwitchedOff, since its category is security\.$/,
    ],
    [
      'a marketing message that cannot',
      { topics: [topicWith({ category: 'marketing', canBeSwitchedOff: false })] },
      /^The topic billing\.invoice-paid must have canBeSwitchedOff, since its category is marketing\.$/,
    ],
    [
      'the name of a built-in one',
      { topics: [topicWith({ name: 'announcement' })] },
      /^The topic announcement is built in: pass templates to replace its messages\.$/,
    ],
    ...[
      'invoice-paid',
      'Billing.paid',
      'billing.invoicePaid',
      'a.b.c',
      'billing.',
      '',
      'a.b\n',
    ].map((name): [string, MessageDefinitions, RegExp] => [
      `the name ${JSON.stringify(name)}`,
      { topics: [topicWith({ name })] },
      /must be named after its module, in kebab-case .* such as billing\.invoice-paid\.$/,
    ]),
    [
      'a name that is too long',
      { topics: [topicWith({ name: `billing.${'a'.repeat(100)}` })] },
      /at most 100 characters/,
    ],
    [
      'a locale that is none',
      { topics: [topicWith({ locales: ['en', 'klingon!'] })] },
      /^The topic billing\.invoice-paid must have locales such as de or de-AT, not "klingon!"\.$/,
    ],
    [
      'no life',
      { topics: [topicWith({ lifeTimeMilliseconds: 0 })] },
      /must have positive lifeTimeMilliseconds of at most ten years, not 0\.$/,
    ],
    [
      'an unknown life',
      { topics: [topicWith({ lifeTimeMilliseconds: NaN })] },
      /must have positive lifeTimeMilliseconds of at most ten years, not NaN\.$/,
    ],
    [
      'a life beyond all times',
      { topics: [topicWith({ lifeTimeMilliseconds: 8.64e15 })] },
      /of at most ten years, not 8640000000000000\.$/,
    ],
    [
      'a notice that cannot be summed up',
      {
        topics: [
          defineTopic({
            ...definition,
            ...securityNotice,
            sample: {},
            templates: { sms: (_data, { repetition }) => textUnless(repetition !== undefined) },
          }),
        ],
      },
      /cannot lay out its sample by sms in en: It is summed up/,
    ],
    [
      'a mail without a text above its footer',
      {
        branding: { footer: 'Acme' },
        topics: [
          defineTopic({
            ...definition,
            sample: {},
            templates: { email: () => ({ subject: 'Paid', body: html`Paid` }) as never },
          }),
        ],
      },
      /cannot lay out its sample by email in en: A template must return text/,
    ],
    ['no locale', { topics: [topicWith({ locales: [] })] }, /must have locales/],
    [
      'a sample that its template cannot lay out',
      { topics: [topicWith({ sample: { ...invoicePaid.sample, url: 'javascript:alert(1)' } })] },
      /^The topic billing\.invoice-paid cannot lay out its sample by email in en: A link must be/,
    ],
    [
      'a sample that lacks a value of a text',
      { topics: [topicWith({ sample: { ...invoicePaid.sample, number: undefined } })] },
      /cannot lay out its sample by email in en: The text subject in en, or a value of it, is missing/,
    ],
    [
      'data that JSON does not keep',
      {
        topics: [
          defineTopic({
            ...definition,
            sample: { paidAt: new Date() },
            templates: { sms: ({ paidAt }) => paidAt.toISOString() },
          }),
        ],
      },
      /cannot lay out its sample by sms in en: paidAt\.toISOString is not a function/,
    ],
    [
      'a template that returns no text',
      {
        topics: [
          topicWith({ templates: { email: () => ({}) as never, push: () => ({}) as never } }),
        ],
      },
      /cannot lay out its sample by email in en: A template must return text/,
    ],
  ])('are refused at the start with %s', (_, messages, reason) => {
    for (const create of [
      () =>
        NotificationService.create({
          ...none,
          settings: {},
          database: { clock: {} } as never,
          ...messages,
        }),
      () => DevelopmentOutboxService.create({ ...none, ...messages }),
    ]) {
      expect(create).toThrow(RangeError);
      expect(create).toThrow(reason);
    }
  });

  it.each([
    ['a link to unsubscribe', (url?: string) => url === undefined],
    ['no link to unsubscribe', (url?: string) => url !== undefined],
  ])('are refused at the start if they cannot be laid out with %s', (_what, isFine) => {
    const topic = defineTopic({
      name: 'billing.offer',
      category: 'marketing',
      priority: 'bulk',
      lifeTimeMilliseconds: 1_000,
      canBeSwitchedOff: true,
      sample: {},
      templates: {
        email: (_data, { unsubscribeUrl }) => {
          if (!isFine(unsubscribeUrl)) {
            throw new Error('No layout.');
          }
          return { subject: 'Offer', text: 'Offer', body: html`<p>Offer</p>` };
        },
      },
    });

    expect(() => new MessageRenderer({ topics: [topic] })).toThrow('No layout.');
  });

  it('are previewed in each of their locales', () => {
    const previews = new MessageRenderer({ topics: [invoicePaid] })
      .renderPreviews()
      .filter(({ topic }) => topic === 'billing.invoice-paid');

    expect(previews.map(({ channel, locale, subject }) => [channel, locale, subject])).toEqual([
      ['email', 'en', 'Invoice R&D <7> is paid'],
      ['email', 'de', 'Rechnung R&D <7> ist bezahlt'],
      ['push', 'en', 'Invoice R&D <7> is paid'],
      ['push', 'de', 'Rechnung R&D <7> ist bezahlt'],
    ]);
    expect(previews[1]?.html).toContain('Rechnung R&amp;D &lt;7&gt; ist bezahlt</h1>');
  });
});
