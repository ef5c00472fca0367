import type { NotificationChannel } from '../../types.ts';
import type { AnyTopic, TemplateContext } from './define-topic.ts';

/** What a topic's messages on a channel may have beside their data, for its sample. */
export function sampleCircumstances(
  { category, isSummedUp }: AnyTopic,
  channel: NotificationChannel,
): Pick<TemplateContext, 'repetition' | 'unsubscribeUrl'> {
  return {
    ...(isSummedUp === true ? { repetition: { times: 2, since: new Date(0) } } : {}),
    ...(category === 'marketing' && channel === 'email'
      ? { unsubscribeUrl: 'https://api.example.com/unsubscribe?token=sample' }
      : {}),
  };
}
