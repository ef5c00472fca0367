import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import type { MailSender } from '@org/notification';
import type { VendorBehaviour } from '@org/notification/testing';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly source: string;
}

/** A real SMTP server that behaves as it is told to. */
export async function startSmtpServer(serverOptions: SMTPServerOptions = {}) {
  let behaviour: VendorBehaviour = 'accept';
  const mails: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    closeTimeout: 1,
    onAuth: ({ username }, _session, done) => done(null, { user: username }),
    onRcptTo: (_address, session, done) => {
      if (behaviour === 'drop') {
        const { connections } = server as unknown as {
          connections: Set<{ session: unknown; _socket: { destroy(): void } }>;
        };
        [...connections].find((each) => each.session === session)?._socket.destroy();
      } else if (behaviour !== 'hang') {
        done(errorOf(behaviour));
      }
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          source: Buffer.concat(chunks).toString(),
        });
        done();
      });
    },
    ...serverOptions,
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    behave: (next: VendorBehaviour) => {
      behaviour = next;
    },
    stop: () => new Promise<void>((resolve) => server.close(resolve)),
  };
}

function errorOf(behaviour: VendorBehaviour): Error | null {
  const responseCode = { refuse: 550, fail: 451, limit: 452 }[behaviour as string];
  return responseCode === undefined
    ? null
    : Object.assign(new Error('no such user ada@example.org'), { responseCode });
}

/** Unfolded. */
export function headerOf({ source }: ReceivedMail, name: string): string | undefined {
  const unfolded = source.replace(/\r\n[ \t]+/g, ' ');
  return new RegExp(`^${name}: (.*)$`, 'im').exec(unfolded)?.[1]?.trim();
}

/** Name and address for answers, decoded (RFC 2047). */
export function senderOf(mail: ReceivedMail): MailSender {
  const name = headerOf(mail, 'From')
    ?.replace(/ <[^>]*>$/, '')
    .replace(/=\?utf-8\?q\?(.*?)\?=/gi, (_, word: string) =>
      decodeURIComponent(word.replaceAll('_', ' ').replaceAll('=', '%')),
    );
  const replyTo = headerOf(mail, 'Reply-To');
  return { ...(name === undefined ? {} : { name }), ...(replyTo === undefined ? {} : { replyTo }) };
}
