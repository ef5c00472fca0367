/** What a hostile page aims at. */
export interface Target {
  /** Where the API is, as the victim's browser knows it. */
  readonly api: string;
  readonly accountId: string;
  /** Of an account of the attacker's own. */
  readonly login: object;
  readonly token: string;
}

export interface Attack {
  readonly name: string;
  /** What keeps it from the victim's data even where the cookie is sent along. */
  readonly refusedBy: string;
  /**
   * Script of the hostile page; its value is what the page gets to know, and none if the browser
   * keeps it to itself.
   */
  readonly script: (target: Target) => string;
  /** Whether the script waits for nothing: the page is left, or the answer goes elsewhere. */
  readonly ends?: 'by leaving' | 'at once';
}

const ORIGIN = 'origin check';
const task = { title: 'Forged', description: 'By another page' };

export const attacks: readonly Attack[] = [
  form('form, urlencoded', 'application/x-www-form-urlencoded'),
  form('form, multipart', 'multipart/form-data'),
  form('form, text/plain that is JSON', 'text/plain'),
  form('form in a new window', 'text/plain', { target: '_blank' }),
  form('form, sent on by a 307 of the page’s own server', 'text/plain', { way: '/redirect?to=' }),
  {
    name: 'form of a sandboxed frame, whose origin is `null`',
    refusedBy: 'SameSite',
    ends: 'at once',
    script: (target) =>
      `const frame = document.createElement('iframe');
      frame.sandbox = 'allow-forms allow-scripts';
      frame.srcdoc = ${quote(`<script>${submit(tasksOf(target), 'text/plain', task)}</script>`)};
      document.body.append(frame);`,
  },
  {
    name: 'form to log the victim in as the attacker',
    refusedBy: ORIGIN,
    ends: 'by leaving',
    script: ({ api, login }) => submit(`${api}/api/sessions`, 'text/plain', login),
  },
  {
    name: 'fetch to log the victim in as the attacker',
    refusedBy: ORIGIN,
    script: ({ api, login }) => ask(`${api}/api/sessions`, noCors('POST', login)),
  },
  {
    name: 'fetch, `no-cors`, text/plain',
    refusedBy: ORIGIN,
    script: (target) => ask(tasksOf(target), noCors('POST', task)),
  },
  {
    name: 'fetch, `no-cors`, with `Origin` and `Sec-Fetch-Site` made up',
    refusedBy: ORIGIN,
    script: (target) =>
      ask(tasksOf(target), {
        ...noCors('POST', task),
        headers: { origin: target.api, 'sec-fetch-site': 'same-origin' },
      }),
  },
  {
    name: 'fetch, POST without a body',
    refusedBy: ORIGIN,
    script: ({ api }) => ask(`${api}/api/sessions/current/authentications`, noCors('POST')),
  },
  {
    name: '`sendBeacon`',
    refusedBy: ORIGIN,
    ends: 'at once',
    script: (target) => `navigator.sendBeacon(${quote(tasksOf(target))}, ${quote(quote(task))})`,
  },
  {
    name: 'fetch, POST of JSON',
    refusedBy: 'no CORS',
    script: (target) => ask(tasksOf(target), cors('POST', task)),
  },
  {
    name: 'fetch, DELETE without a body',
    refusedBy: 'no CORS',
    script: ({ api }) => ask(`${api}/api/sessions/current`, cors('DELETE')),
  },
  {
    name: 'fetch, POST with a bearer token of the attacker’s',
    refusedBy: 'no CORS',
    script: (target) =>
      ask(tasksOf(target), cors('POST', task, { authorization: `Bearer ${target.token}` })),
  },
  {
    name: 'fetch, GET, to read the answer',
    refusedBy: 'no CORS',
    script: ({ api }) => ask(`${api}/api/sessions/current`, cors('GET')),
  },
  element('image of a GET route', 'img', 'Cross-Origin-Resource-Policy'),
  element('script of a GET route', 'script', 'Cross-Origin-Resource-Policy'),
  {
    name: 'frame of a GET route',
    refusedBy: '`frame-ancestors`',
    script: ({ api }) => load('iframe', `${api}/api/sessions/current`, 'element.contentDocument'),
  },
  {
    name: 'navigation to a GET route',
    refusedBy: 'GET changes nothing',
    ends: 'by leaving',
    script: ({ api }) => `location.href = ${quote(`${api}/api/sessions/current`)}`,
  },
  {
    name: 'window on a GET route',
    refusedBy: 'Cross-Origin-Opener-Policy',
    script: ({ api }) => `new Promise((resolve) => {
      const opened = open(${quote(`${api}/api/sessions/current`)});
      const timer = setInterval(() => {
        if (opened.closed) {
          clearInterval(timer);
          resolve(undefined);
        }
      }, 10);
    })`,
  },
];

function tasksOf({ api, accountId }: Target): string {
  return `${api}/api/accounts/${accountId}/tasks`;
}

function form(
  name: string,
  type: string,
  { target = '_self', way = '' }: { target?: string; way?: string } = {},
): Attack {
  const address = (url: string): string => (way === '' ? url : way + encodeURIComponent(url));
  return {
    name,
    refusedBy: ORIGIN,
    ends: target === '_self' ? 'by leaving' : 'at once',
    script: (aim) => submit(address(tasksOf(aim)), type, task, target),
  };
}

/** With `text/plain` the only field is a JSON object, up to a member that takes the `=`. */
function submit(action: string, type: string, body: object, target = '_self'): string {
  const json = `${JSON.stringify(body).slice(0, -1)},"ignored":"`;
  const fields = type === 'text/plain' ? [[json, '"}']] : Object.entries(body);
  return `const form = document.createElement('form');
    Object.assign(form, ${quote({ method: 'post', action, enctype: type, target })});
    for (const [name, value] of ${quote(fields)}) {
      form.append(Object.assign(document.createElement('input'), { name, value }));
    }
    document.documentElement.append(form);
    form.submit();`;
}

function noCors(method: string, body?: object) {
  const text = body === undefined ? {} : { body: JSON.stringify(body) };
  return { method, mode: 'no-cors', credentials: 'include', ...text };
}

function cors(method: string, body?: object, headers: object = {}) {
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  return { ...noCors(method, body), mode: 'cors', headers: { ...json, ...headers } };
}

function ask(url: string, init: object): string {
  return `fetch(${quote(url)}, ${quote(init)}).then(
    async (answer) => (await answer.text()) || undefined, () => undefined)`;
}

function element(name: string, tag: string, refusedBy: string): Attack {
  return {
    name,
    refusedBy,
    script: ({ api }) => load(tag, `${api}/api/sessions/current`, "'loaded'"),
  };
}

/** What `read` finds once the element has loaded; nothing if it fails to, or reading throws. */
function load(tag: string, source: string, read: string): string {
  return `new Promise((resolve) => {
    const element = document.createElement(${quote(tag)});
    element.onerror = () => resolve(undefined);
    element.onload = () => {
      try {
        resolve(${read} ?? undefined);
      } catch {
        resolve(undefined);
      }
    };
    element.src = ${quote(source)};
    document.body.append(element);
  })`;
}

/** As JavaScript in a page, where no `</script>` may end it. */
function quote(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
