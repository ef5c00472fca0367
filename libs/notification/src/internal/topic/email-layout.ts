import { footerOf, type CompleteBranding } from './branding.ts';
import type { EmailContent, TemplateContext } from './define-topic.ts';
import { html, linkTarget, type Html } from './html.ts';
import { textDirectionOf } from './locale.ts';

/** Below a mail, after the footer. */
export interface FooterLink {
  readonly label: string;
  readonly url: string;
}

/** The layout of every mail. Styles are inline, since mail programs drop all others. */
export function layOutEmail(
  { subject, body }: EmailContent,
  context: TemplateContext,
  link?: FooterLink,
): string {
  const { locale, branding } = context;
  const { colors, textDirection = textDirectionOf(locale) } = branding;
  const footer = footerOf(branding, locale);
  return html`<!doctype html>
    <html lang="${locale}" dir="${textDirection}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${subject}</title>
      </head>
      <body
        style="margin:0;padding:24px;background:${colors.background};font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif;color:${colors.text}"
      >
        ${renderHead(branding)}
        <div
          dir="${textDirection}"
          style="max-width:560px;margin:0 auto;padding:32px;background:${colors.card};border:1px solid ${colors.border};border-radius:8px"
        >
          <h1 style="margin:0 0 16px;font-size:20px;line-height:1.3">${subject}</h1>
          ${body}
        </div>
        ${renderFooter(footer, link, colors)}
      </body>
    </html> `.toString();
}

/** The text of a mail, with the footer. */
export function layOutText(
  { text }: EmailContent,
  { locale, branding }: TemplateContext,
  link?: FooterLink,
): string {
  const linked = link === undefined ? undefined : `${link.label}: ${link.url}`;
  const lines = [footerOf(branding, locale), linked].filter((line) => line !== undefined);
  return lines.length === 0 ? text : `${text}\n-- \n${lines.join('\n')}\n`;
}

function renderHead({ logoUrl, productName = '' }: CompleteBranding): Html | '' {
  if (logoUrl !== undefined) {
    return html`<p style="max-width:560px;margin:0 auto 16px">
      <img src="${logoUrl}" alt="${productName}" height="40" style="height:40px;border:0" />
    </p> `;
  }
  return productName === ''
    ? ''
    : html`<p style="max-width:560px;margin:0 auto 16px;font-weight:600">${productName}</p> `;
}

function renderFooter(
  footer: string | undefined,
  link: FooterLink | undefined,
  { quietText }: CompleteBranding['colors'],
): Html | '' {
  const lines = footer?.split('\n').map((line) => html`${line}<br />`) ?? [];
  if (link !== undefined) {
    lines.push(html`<a href="${linkTarget(link.url)}" style="color:inherit">${link.label}</a>`);
  }
  if (lines.length === 0) {
    return '';
  }
  return html`<p style="max-width:560px;margin:16px auto 0;font-size:13px;color:${quietText}">
    ${lines}
  </p> `;
}

/** A paragraph of a mail. */
export function paragraph(text: string): Html {
  return html`<p style="margin:0 0 16px">${text}</p> `;
}

/** A link styled as a button, plus its address for mail programs that hide links. */
export function linkButton(
  label: string,
  url: string,
  { branding: { colors } }: Pick<TemplateContext, 'branding'>,
): Html {
  return html`<p style="margin:0 0 16px">
      <a
        href="${url}"
        style="display:inline-block;padding:10px 18px;background:${colors.button};color:${colors.buttonText};text-decoration:none;border-radius:6px"
        >${label}</a
      >
    </p>
    <p style="margin:0 0 16px;font-size:13px;color:${colors.quietText};word-break:break-all">
      ${url}
    </p> `;
}

/** The text of a mail of these paragraphs. */
export function plainText(paragraphs: readonly string[]): string {
  return `${paragraphs.join('\n\n')}\n`;
}

/** A mail of these paragraphs, as text and as HTML. */
export function plainEmail(subject: string, paragraphs: readonly string[]): EmailContent {
  return { subject, text: plainText(paragraphs), body: html`${paragraphs.map(paragraph)}` };
}
