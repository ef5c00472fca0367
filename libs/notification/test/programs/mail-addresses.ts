// For each address of a file (JSON strings, one a line), prints as JSON whether it is accepted and, if
// so, which recipients a mail to it reaches at an SMTP server, or why it is not sent; beyond ASCII also
// at a server without SMTPUTF8. For the gate of addresses.
import { readFileSync } from 'node:fs';
import { argv } from 'node:process';

import { isEmailAddress, toMailableAddress } from '@org/core';
import { createEmailProvider } from '@org/notification';

import { startSmtpServer } from '../provider/smtp-server.ts';

/** The server greets after a tenth of a second. */
const AT_ONCE = 10;

const [, , file = ''] = argv;
const options = {
  deliveryId: '64b000000000000000000001',
  timeToLiveSeconds: 300,
  signal: new AbortController().signal,
};
const lines = readFileSync(file, 'utf8').trim().split('\n');
const answers: (readonly unknown[])[] = [];
const waiting = lines.entries();
await Promise.all(Array.from({ length: AT_ONCE }, answerWaiting));
process.stdout.write(`${answers.map((answer) => JSON.stringify(answer)).join('\n')}\n`);

async function answerWaiting(): Promise<void> {
  const [modern, old] = [await startServer(false), await startServer(true)];
  for (const [index, line] of waiting) {
    const address = JSON.parse(line) as string;
    const isAccepted = isEmailAddress(address);
    const servers = /[^\0-\x7f]/u.test(address) ? [modern, old] : [modern];
    const mailed: unknown[] = [];
    for (const { mail } of isAccepted ? servers : []) {
      mailed.push(await mail(toMailableAddress(address)));
    }
    answers[index] = [isAccepted, ...mailed];
  }
  await Promise.all([modern.stop(), old.stop()]);
}

async function startServer(hideSMTPUTF8: boolean) {
  // Otherwise it refuses quoted local parts for their dots, and the 254th character of an address.
  const lenient = { lenientAddressParsing: true };
  const { url, mails, stop } = await startSmtpServer({ hideSMTPUTF8, ...lenient });
  const provider = createEmailProvider({ kind: 'smtp', url, from: 'no-reply@example.org' });
  const mail = async (to: string): Promise<readonly string[] | string> => {
    mails.length = 0;
    try {
      await provider.send({ to, subject: 'Hello', text: 'Plain.', html: '<p>Rich.</p>' }, options);
    } catch (error) {
      return (error as Error).message;
    }
    return mails.flatMap((received) => received.to);
  };
  return { mail, stop };
}
