import { ProviderError, type EmailProvider } from '@org/notification';

/** A vendor that takes mails as JSON over HTTP. */
export function createMailProvider(url: string): EmailProvider {
  return {
    async send({ to, subject, text }, { deliveryId, topic, locale, signal }) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': deliveryId },
        body: JSON.stringify({ to, subject, text, topic, locale }),
        signal,
      }).catch((): never => {
        throw new ProviderError('The vendor cannot be reached.', { retryable: true });
      });
      if (!response.ok) {
        const retryable = response.status !== 422;
        throw new ProviderError(`The vendor answered ${response.status}.`, { retryable });
      }
      return { providerMessageId: await response.text() };
    },
  };
}
