import { createEmailProvider, type EmailProvider } from '@org/notification';

export interface SesSettings {
  /** `smtps://<user>:<password>@email-smtp.<region>.amazonaws.com:465` */
  readonly url: string;
  readonly from: string;
  readonly configurationSet: string;
}

/** Amazon SES, or what speaks SMTP like it: the built-in provider, with headers of SES. */
export function createSesProvider({ url, from, configurationSet }: SesSettings): EmailProvider {
  const smtp = createEmailProvider({ kind: 'smtp', url, from });
  return {
    send: ({ headers, ...message }, options) => {
      const { topic = 'unknown', locale = 'unknown' } = options;
      const ses = {
        'X-SES-CONFIGURATION-SET': configurationSet,
        'X-SES-MESSAGE-TAGS': `topic=${topic.replace('.', '_')}, locale=${locale}`,
      };
      return smtp.send({ ...message, headers: { ...headers, ...ses } }, options);
    },
  };
}
