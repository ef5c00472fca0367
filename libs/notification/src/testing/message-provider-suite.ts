import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ProviderError } from '../errors.ts';
import type { MailSender, MessageProvider, SendOptions } from '../message-provider.ts';

/**
 * How a vendor treats the next messages: `accept` them, `refuse` them for good, `fail` itself,
 * `limit` the rate and ask for 7 seconds of quiet, `hang` without an answer, or `drop` the
 * connection.
 */
export type VendorBehaviour = 'accept' | 'refuse' | 'fail' | 'limit' | 'hang' | 'drop';

/** A provider and the vendor it is connected to. */
export interface MessageProviderUnderTest<Message> {
  readonly provider: MessageProvider<Message>;
  readonly message: Message;
  /** Texts that must not appear in any error: recipient, content, credentials. */
  readonly secrets: readonly string[];
  /** By message: what the vendor detects a duplicate by; `undefined` if it cannot. */
  accepted(): Promise<readonly (string | undefined)[]>;
  /** By message: its headers. Omit it if the provider ignores `headers` of a message. */
  acceptedHeaders?(): Promise<readonly Readonly<Record<string, string | undefined>>[]>;
  /** By message: who it is from. Omit it if the provider ignores `sender` of a message. */
  acceptedSenders?(): Promise<readonly MailSender[]>;
  behave(behaviour: VendorBehaviour): void;
  stop(): Promise<void>;
}

export interface MessageProviderSuiteOptions<Message> {
  /** Starts the vendor. A `hang` must be given up soon: set a short timeout. */
  readonly start: () => Promise<MessageProviderUnderTest<Message>>;
  readonly failures: readonly Exclude<VendorBehaviour, 'accept'>[];
  /** Whether the vendor can say how long to wait. Default: true. */
  readonly tellsRetryAfter?: boolean;
}

const DELIVERY_ID = '64b0000000000000000000de';
const OPTIONS: SendOptions = {
  deliveryId: DELIVERY_ID,
  timeToLiveSeconds: 300,
  signal: new AbortController().signal,
};
/** Longer than the 78 characters of a line of a mail. */
const HEADERS = {
  'List-Unsubscribe': `<https://api.example.com/api/unsubscribe?token=${'x'.repeat(120)}>`,
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
};
const SENDER: MailSender = { name: 'Grüße, Acme', replyTo: 'help@acme.example' };

/** The behaviour that every provider must have. Call it in a provider's test file. */
export function runMessageProviderSuite<Message>(
  name: string,
  { start, failures, tellsRetryAfter = true }: MessageProviderSuiteOptions<Message>,
): void {
  describe(`${name} as a message provider`, () => {
    let tested: MessageProviderUnderTest<Message>;

    beforeEach(async () => {
      tested = await start();
    });
    afterEach(async () => {
      await tested.stop();
    });

    function send(
      options: Partial<SendOptions> = {},
    ): ReturnType<MessageProvider<Message>['send']> {
      return tested.provider.send(tested.message, { ...OPTIONS, ...options });
    }

    async function failureOf(behaviour: VendorBehaviour): Promise<ProviderError> {
      tested.behave(behaviour);
      const failure: unknown = await send().catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(ProviderError);
      return failure as ProviderError;
    }

    it('hands a message over and says what the vendor calls it', async () => {
      const { providerMessageId } = await send();

      expect(providerMessageId).toMatch(/./);
      expect(await tested.accepted()).toHaveLength(1);
    });

    it('lets the vendor tell a message that is sent again', async () => {
      await send();
      await send();

      const [first, second] = await tested.accepted();
      expect(second).toBe(first);
    });

    it('passes on headers of the message, if any', async ({ skip }) => {
      skip(tested.acceptedHeaders === undefined, 'This provider ignores them.');
      await tested.provider.send({ ...tested.message, headers: HEADERS }, OPTIONS);

      expect(await tested.acceptedHeaders?.()).toEqual([expect.objectContaining(HEADERS)]);
    });

    it('says who the message is from, if the message does', async ({ skip }) => {
      skip(tested.acceptedSenders === undefined, 'This provider ignores it.');
      await tested.provider.send({ ...tested.message, sender: SENDER }, OPTIONS);

      expect(await tested.acceptedSenders?.()).toEqual([SENDER]);
    });

    it('works after a failure as before', async () => {
      for (const failure of failures) {
        await failureOf(failure);
      }
      tested.behave('accept');
      await send();

      expect(await tested.accepted()).toHaveLength(1);
    });

    const canFail = (behaviour: VendorBehaviour): boolean =>
      failures.some((failure) => failure === behaviour);

    if (canFail('refuse')) {
      it('gives up what the vendor refuses', async () => {
        expect(await failureOf('refuse')).toMatchObject({ retryable: false });
      });
    }

    it.each(failures.filter((failure) => failure !== 'refuse'))(
      'wants to try again when vendors %s',
      async (behaviour) => {
        expect(await failureOf(behaviour)).toMatchObject({ retryable: true });
      },
    );

    if (canFail('limit') && tellsRetryAfter) {
      it('passes on how long the vendor wants quiet', async () => {
        expect(await failureOf('limit')).toMatchObject({ retryAfterMilliseconds: 7_000 });
      });
    }

    if (canFail('hang')) {
      it('gives up when it is told to', async () => {
        tested.behave('hang');
        const giveUp = new AbortController();
        const sending = send({ signal: giveUp.signal });
        giveUp.abort();

        await expect(sending).rejects.toMatchObject({ retryable: true });
      });
    }

    it.each(failures)('repeats nothing confidential when vendors %s', async (behaviour) => {
      const { message, cause } = await failureOf(behaviour);

      for (const secret of tested.secrets) {
        expect(`${message} ${String(cause)}`).not.toContain(secret);
      }
    });
  });
}
