import { ProviderError, type EmailProvider } from '@org/notification';

/** Postmark, or what takes mails by HTTP like it; `url` ends in `/email`. */
export function createPostmarkProvider(url: string, token: string, from: string): EmailProvider {
  return {
    async send({ to, sender, headers = {}, ...content }, { deliveryId, topic, signal }) {
      const { subject, text, html } = content;
      const From = sender?.name === undefined ? from : `"${sender.name}" <${from}>`;
      const mail = {
        ...{ From, To: to, ReplyTo: sender?.replyTo, Tag: topic },
        ...{ Subject: subject, TextBody: text, HtmlBody: html },
        Headers: Object.entries(headers).map(([Name, Value]) => ({ Name, Value })),
        Metadata: { delivery_id: deliveryId },
      };
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-postmark-server-token': token },
        body: JSON.stringify(mail),
        signal,
      }).catch((): never => {
        throw new ProviderError('Postmark cannot be reached.', { retryable: true });
      });
      const { status, ok } = response;
      if (!ok) {
        const wait = Number(response.headers.get('retry-after') ?? 0) * 1_000;
        const again = { retryable: status !== 422, retryAfterMilliseconds: wait };
        throw new ProviderError(`Postmark answered ${status}.`, again);
      }
      const { MessageID } = (await response.json()) as { MessageID: string };
      return { providerMessageId: MessageID };
    },
  };
}
