/** Text that is already HTML. Only {@link html} creates it, so that nothing gets in unescaped. */
class Html {
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

export type { Html };

type HtmlValue = string | number | Html | readonly Html[];

/** Template tag that escapes all values, both between tags and in quotes. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const parts = strings.map((text, index) => {
    const value = values[index];
    return value === undefined ? text : text + toMarkup(value);
  });
  return new Html(parts.join(''));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function toMarkup(value: HtmlValue): string {
  if (value instanceof Html) {
    return value.toString();
  }
  if (typeof value === 'object') {
    return value.map(String).join('');
  }
  return String(value).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** @throws TypeError unless the URL is an absolute http or https one */
export function linkTarget(url: string): string {
  const { protocol, href } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') {
    throw new TypeError('A link must be an http or https URL.');
  }
  return href;
}
