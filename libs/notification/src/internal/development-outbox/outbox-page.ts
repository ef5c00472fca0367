import type { OutboxMessage, TemplatePreview } from '../../types.ts';
import type { CompleteBranding } from '../topic/branding.ts';
import { html, type Html } from '../topic/html.ts';

/**
 * The pages' Content-Security-Policy: no scripts, and nothing from other origins, except the logo.
 */
export function outboxPagePolicy({ logoUrl }: Pick<CompleteBranding, 'logoUrl'>): string {
  const images = logoUrl === undefined ? 'data:' : `data: ${new URL(logoUrl).origin}`;
  return `default-src 'none'; style-src 'unsafe-inline'; img-src ${images}; frame-ancestors 'none'; form-action 'none'; base-uri 'self'`;
}

export function renderMessagesPage(messages: readonly OutboxMessage[]): string {
  const list = messages.map((message) => {
    const { subject, recipient } = message;
    const time = html`<time>${message.createdAt.toISOString()}</time>`;
    const line = subject === null ? time : html`to <b>${recipient}</b> · ${time}`;
    return renderCard({ ...message, heading: subject ?? recipient, line });
  });
  const content =
    list.length === 0
      ? html`<p class="empty">Nothing was sent yet. What the API sends appears here.</p>`
      : html`${list}`;
  return renderPage('messages', `${messages.length} kept, newest first`, content);
}

export function renderTemplatesPage(previews: readonly TemplatePreview[]): string {
  const list = previews.map((preview) =>
    renderCard({
      channel: preview.channel,
      subject: preview.subject ?? null,
      text: preview.text,
      html: preview.html ?? null,
      heading: preview.topic,
      line: html`in <b>${preview.locale}</b>, with sample data`,
    }),
  );
  return renderPage(
    'templates',
    `${previews.length}, one for each topic, channel and locale`,
    html`${list}`,
  );
}

interface Card extends Pick<OutboxMessage, 'channel' | 'subject' | 'text' | 'html' | 'headers'> {
  readonly heading: string;
  readonly line: Html;
}

function renderCard(card: Card): Html {
  const { channel, subject, text, html: body, headers = {}, heading, line } = card;
  const headerLines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return html`<article>
    <header>
      <span class="channel ${channel}">${channel}</span>
      <h2>${heading}</h2>
      <p>${line}</p>
    </header>
    ${subject === null || subject === heading ? [] : [html`<p class="subject">${subject}</p>`]}
    ${body === null ? [] : [renderFrame(body, heading)]}
    ${
      body === null
        ? renderText(text)
        : html`<details>
            <summary>Text version</summary>
            ${renderText(text)}
          </details>`
    }
    ${
      headerLines.length === 0
        ? []
        : html`<details>
            <summary>Headers</summary>
            ${renderText(headerLines.join('\n'))}
          </details>`
    }
  </article> `;
}

/** The mail in a frame without scripts; its links open in a new tab. */
function renderFrame(body: string, title: string): Html {
  return html`<iframe
    title="${title}"
    sandbox="allow-popups allow-popups-to-escape-sandbox"
    srcdoc="${`<base target="_blank">${body}`}"
  ></iframe>`;
}

const URLS = /(https?:\/\/[^\s<>"']+)/;

function renderText(text: string): Html {
  const parts = text
    .split(URLS)
    .map((part, index) =>
      index % 2 === 1
        ? html`<a href="${part}" target="_blank" rel="noopener noreferrer">${part}</a>`
        : html`${part}`,
    );
  return html`<pre>${parts}</pre>`;
}

function renderPage(current: 'messages' | 'templates', summary: string, content: Html): string {
  const link = (page: typeof current, path: string, label: string): Html =>
    page === current
      ? html`<a href="${path}" aria-current="page">${label}</a>`
      : html`<a href="${path}">${label}</a>`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Development outbox</title>
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <nav>
          <h1>Development outbox</h1>
          ${link('messages', '/dev/outbox', 'Messages')}${link('templates', '/dev/outbox/templates', 'Templates')}
          <p>${summary}</p>
        </nav>
        <main>${content}</main>
      </body>
    </html> `.toString();
}

/** Escaped like any value, which changes nothing: it has no quotes or angle brackets. */
const STYLE = `
:root { color-scheme: light dark; --page: #f4f5f7; --card: #fff; --line: #d9dde3; --text: #1f2328; --quiet: #57606a; --link: #1a56db }
@media (prefers-color-scheme: dark) {
  :root { --page: #16181c; --card: #20242a; --line: #363c45; --text: #e6e8eb; --quiet: #9aa4b0; --link: #7aa7ff }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, -apple-system, Segoe UI, Roboto, Arial, sans-serif }
nav { position: sticky; top: 0; display: flex; flex-wrap: wrap; gap: 4px 20px; align-items: baseline; padding: 12px max(16px, calc(50% - 384px)); background: var(--card); border-bottom: 1px solid var(--line) }
h1 { margin: 0; font-size: 17px }
nav p { margin: 0 0 0 auto; color: var(--quiet); font-size: 13px }
a { color: var(--link) }
nav a { text-decoration: none; padding: 2px 0 }
nav a[aria-current] { color: var(--text); font-weight: 600; border-bottom: 2px solid var(--link) }
main { max-width: 800px; margin: 24px auto; padding: 0 16px; display: grid; gap: 16px }
article { background: var(--card); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; min-width: 0 }
header { display: grid; grid-template-columns: auto 1fr; gap: 2px 12px; align-items: center; padding: 12px 16px; border-bottom: 1px solid var(--line) }
h2 { margin: 0; font-size: 15px; overflow-wrap: anywhere }
header p { grid-column: 2; margin: 0; color: var(--quiet); font-size: 13px; overflow-wrap: anywhere }
.channel { font-size: 12px; font-weight: 600; padding: 1px 8px; border-radius: 99px; color: #fff }
.email { background: #1a56db }
.sms { background: #1a7f37 }
.push { background: #8250df }
.subject { margin: 0; padding: 10px 16px; font-weight: 600 }
iframe { display: block; width: 100%; height: 430px; border: 0; background: #fff }
details { border-top: 1px solid var(--line) }
summary { padding: 8px 16px; color: var(--quiet); cursor: pointer }
pre { margin: 0; padding: 12px 16px; font: 14px/1.5 ui-monospace, SFMono-Regular, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere }
.empty { text-align: center; color: var(--quiet); margin: 64px 0 }
`;
