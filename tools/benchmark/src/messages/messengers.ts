import { openHangingMailSink, openMailSink, type MailSink } from './mail-sinks.ts';
import { SmsSink } from './sms-sink.ts';

/** What stands in for the providers of messages. */
export interface Messengers {
  readonly sms: SmsSink;
  readonly mail: MailSink;
  readonly hangingMail: MailSink;
  close(): Promise<void>;
}

export async function openMessengers(): Promise<Messengers> {
  const [sms, mail, hangingMail] = await Promise.all([
    SmsSink.open(),
    openMailSink(),
    openHangingMailSink(),
  ]);
  const close = async (): Promise<void> => {
    await Promise.all([sms.close(), mail.close(), hangingMail.close()]);
  };
  return { sms, mail, hangingMail, close };
}
