import { html, type Html } from './html.ts';

export interface EmailContent {
  readonly subject: string;
  readonly text: string;
  readonly body: Html;
}

/** The layout of every mail. Styles are inline, since mail programs drop all others. */
export function layOutEmail({ subject, body }: EmailContent): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${subject}</title>
      </head>
      <body
        style="margin:0;padding:24px;background:#f4f5f7;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif;color:#1f2328"
      >
        <div
          style="max-width:560px;margin:0 auto;padding:32px;background:#ffffff;border:1px solid #d9dde3;border-radius:8px"
        >
          <h1 style="margin:0 0 16px;font-size:20px;line-height:1.3">${subject}</h1>
          ${body}
        </div>
      </body>
    </html> `.toString();
}

export function paragraph(text: string): Html {
  return html`<p style="margin:0 0 16px">${text}</p> `;
}

/** A link styled as a button, plus its address for mail programs that hide links. */
export function linkButton(label: string, url: string): Html {
  return html`<p style="margin:0 0 16px">
      <a
        href="${url}"
        style="display:inline-block;padding:10px 18px;background:#1a56db;color:#ffffff;text-decoration:none;border-radius:6px"
        >${label}</a
      >
    </p>
    <p style="margin:0 0 16px;font-size:13px;color:#57606a;word-break:break-all">${url}</p> `;
}

export function textOf(paragraphs: readonly string[]): string {
  return `${paragraphs.join('\n\n')}\n`;
}

/** Contains no account data, since the address may not be the owner's. */
export function noticeEmail(subject: string, says: readonly string[]): EmailContent {
  const said = ['Hello,', ...says];
  return { subject, text: textOf(said), body: html`${said.map(paragraph)}` };
}
