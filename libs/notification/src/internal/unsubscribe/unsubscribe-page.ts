import type { UnsubscribePage, UnsubscribePageKind } from '../../types.ts';
import type { CompleteBranding } from '../topic/branding.ts';
import type { TemplateContext } from '../topic/define-topic.ts';
import { layOutEmail, paragraph } from '../topic/email-layout.ts';
import { html, type Html } from '../topic/html.ts';
import { textsIn } from '../topic/wording.ts';

/** Looks like a mail. Without scripts, and nothing from other origins, except the logo. */
export function renderUnsubscribePage(
  kind: UnsubscribePageKind,
  context: TemplateContext,
): UnsubscribePage {
  const say = textsIn(context);
  const text = say(`unsubscribe.${kind}`);
  const button = kind === 'ask' ? renderForm(say('unsubscribe.button'), context) : '';
  const content = {
    subject: say(`unsubscribe.${kind}-title`),
    text,
    body: html`${paragraph(text)}${button}`,
  };
  return {
    html: layOutEmail(content, context),
    contentSecurityPolicy: pagePolicy(context.branding),
  };
}

/** Is sent to the page's own address, as mail programs do it. */
function renderForm(label: string, { branding: { colors } }: TemplateContext): Html {
  return html`<form method="post">
    <input type="hidden" name="List-Unsubscribe" value="One-Click" />
    <button
      style="padding:10px 18px;border:0;background:${colors.button};color:${colors.buttonText};border-radius:6px;font:inherit;cursor:pointer"
    >
      ${label}
    </button>
  </form> `;
}

function pagePolicy({ logoUrl }: CompleteBranding): string {
  const images = logoUrl === undefined ? "'none'" : new URL(logoUrl).origin;
  return `default-src 'none'; style-src 'unsafe-inline'; img-src ${images}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`;
}
