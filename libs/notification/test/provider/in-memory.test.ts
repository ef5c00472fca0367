import { ProviderError, type EmailMessage } from '@org/notification';
import {
  InMemoryMessageProvider,
  runMessageProviderSuite,
  type VendorBehaviour,
} from '@org/notification/testing';

const failures: Readonly<Record<VendorBehaviour, InMemoryMessageProvider<never>['failure']>> = {
  accept: undefined,
  refuse: new ProviderError('Refused.'),
  fail: new ProviderError('Failed.', { retryable: true }),
  limit: new ProviderError('Not so fast.', { retryable: true, retryAfterMilliseconds: 7_000 }),
  hang: 'hang',
  drop: new ProviderError('Dropped.', { retryable: true }),
};

runMessageProviderSuite<EmailMessage>('The one in memory', {
  failures: ['refuse', 'fail', 'limit', 'hang', 'drop'],
  start: async () => {
    const vendor = new InMemoryMessageProvider<EmailMessage>();
    return {
      // It has no time limit of its own.
      provider: {
        send: (message, options) => {
          const signal = AbortSignal.any([options.signal, AbortSignal.timeout(200)]);
          return vendor.send(message, { ...options, signal });
        },
      },
      message: { to: 'ada@example.org', subject: 'Hello', text: 'Plain.', html: '<p>Rich.</p>' },
      secrets: ['ada@example.org', 'Plain.'],
      accepted: async () => vendor.sent.map(({ options }) => options.deliveryId),
      acceptedHeaders: async () => vendor.sent.map(({ message }) => message.headers ?? {}),
      acceptedSenders: async () => vendor.sent.map(({ message }) => message.sender ?? {}),
      behave: (behaviour) => {
        vendor.failure = failures[behaviour];
      },
      stop: async () => undefined,
    };
  },
});
