import { describe, expect, it } from 'vitest';

import { html, linkTarget } from '../../src/internal/topic/html.ts';

describe(html, () => {
  it('escapes what it is given, and nothing of its own', () => {
    const markup = html`<b title="${`"'`}">${'<i>&amp;</i>'}</b> & ${7}`;

    expect(String(markup)).toBe('<b title="&quot;&#39;">&lt;i&gt;&amp;amp;&lt;/i&gt;</b> & 7');
  });

  it('takes in what is markup already, also several', () => {
    const item = (text: string) => html`<i>${text}</i>`;

    expect(String(html`<b>${[item('a'), item('<')]}</b>${item('b')}`)).toBe(
      '<b><i>a</i><i>&lt;</i></b><i>b</i>',
    );
  });

  it('leaves out nothing that is empty', () => {
    expect(String(html`${''}<b></b>${0}${[]}`)).toBe('<b></b>0');
  });
});

describe(linkTarget, () => {
  it.each([
    ['https://example.org/a?b=c', 'https://example.org/a?b=c'],
    ['http://localhost:3000', 'http://localhost:3000/'],
    ['HTTPS://example.org/"', 'https://example.org/%22'],
  ])('of %s is %s', (url, target) => {
    expect(linkTarget(url)).toBe(target);
  });

  it.each([
    ['javascript:alert(1)', 'A link must be an http or https URL.'],
    ['mailto:ada@example.org', 'A link must be an http or https URL.'],
    ['/relative', 'Invalid URL'],
  ])('is none of %s', (url, problem) => {
    expect(() => linkTarget(url)).toThrow(TypeError);
    expect(() => linkTarget(url)).toThrow(problem);
  });
});
