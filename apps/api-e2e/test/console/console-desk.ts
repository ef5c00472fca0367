import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { findChromium, inWorkspace } from '@org/harness';
import { MongoClient, ObjectId, type Collection } from 'mongodb';
import type { Browser, HTTPRequest, Page } from 'puppeteer-core';
import { expect } from 'vitest';

import { openBrowser } from '../browser.ts';
import { post, signUpAndLogIn, type Answer, type LoggedIn } from '../client.ts';
import { onThrowawayDatabase, Program, runOrgAdmin } from '../program.ts';

const run = promisify(execFile);

export const chromium = findChromium();
const MOST_TABS = 60;
export const reason = 'Asked by its owner, ticket 4711';

/** The program with a console that was just built, a browser at it, and an admin. */
export class ConsoleDesk {
  readonly address: string;
  readonly admin: LoggedIn;
  readonly page: Page;
  /** What the browser complained about: errors, and what the policy refused. */
  readonly complaints: string[] = [];
  readonly #program: Program;
  readonly #browser: Browser;
  readonly #mongodb: MongoClient;

  private constructor(address: string, admin: LoggedIn, parts: Parts) {
    this.address = address;
    this.admin = admin;
    this.page = parts.page;
    this.#program = parts.program;
    this.#browser = parts.browser;
    this.#mongodb = parts.mongodb;
    this.page.on('pageerror', (error) => this.complaints.push(String(error)));
    this.page.on('console', (message) => {
      // A refused request is shown on the page; the browser reports it, too.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
        this.complaints.push(message.text());
      }
    });
  }

  static async start(): Promise<ConsoleDesk> {
    await buildConsole();
    const environment = { ...onThrowawayDatabase(), ADMIN_API: 'on' };
    const program = Program.run(environment);
    const listening = await program.ready();
    // The name that browsers take cookies from without TLS.
    const address = listening.replace('127.0.0.1', 'localhost');
    const admin = await signUpAndLogIn(`${listening}/api`, 'admin@example.com');
    const words = ['roles', 'grant', admin.id, 'admin', '--reason', 'The first admin'];
    await runOrgAdmin(environment, ...words);
    const browser = await openBrowser(chromium!);
    const page = await browser.newPage();
    page.setDefaultTimeout(60_000);
    const mongodb = new MongoClient(environment.MONGODB_URI);
    return new ConsoleDesk(address, admin, { program, browser, page, mongodb });
  }

  collection(name: string): Collection {
    return this.#mongodb.db().collection(name);
  }

  async signUp(username: string): Promise<LoggedIn> {
    return signUpAndLogIn(`${this.address}/api`, username);
  }

  /** @returns the id of an account with a proved e-mail address */
  async signUpByEmail(email: string): Promise<string> {
    await this.post('/email-codes', { email });
    const login = { email, email_code: await this.readCode(email) };
    return String((await this.post('/access-tokens', login))['account_id']);
  }

  /** Sends a request, by default as the admin, and returns the answer. */
  async post(path: string, sent: object, token = this.admin.token): Promise<Answer['body']> {
    const { status, body } = await post(`${this.address}/api${path}`, sent, token);
    if (status >= 400) {
      throw new Error(`${path}: ${status}`);
    }
    return body;
  }

  /** Opens a page, and waits until it has read what it shows. */
  async open(path: string): Promise<void> {
    await this.page.goto(`${this.address}/console${path}`);
    await this.page.waitForFunction(
      () => document.querySelector('h1') !== null && document.querySelector('[aria-busy]') === null,
    );
  }

  async heading(): Promise<string> {
    return this.text('h1');
  }

  async logIn({ user: { username, password } }: LoggedIn): Promise<void> {
    await expect.poll(() => this.heading()).toBe('Log in');
    await this.fill('Username or e-mail address', username);
    await this.fill('Password', password);
    await this.press('Log in');
    await expect.poll(() => this.heading()).not.toBe('Log in');
  }

  /** Ends the session, without the console's doing. */
  async endSession(): Promise<void> {
    const status = await this.page.evaluate(
      async () => (await fetch('/api/sessions/current', { method: 'DELETE' })).status,
    );
    expect(status).toBe(204);
  }

  /** Presses Tab until what has the focus has this name; forwards only, as who sees nothing else. */
  async tabTo(name: string): Promise<void> {
    const passed: string[] = [];
    while (passed.length < MOST_TABS) {
      await this.page.keyboard.press('Tab');
      passed.push(await this.focused());
      if (passed.at(-1) === name) {
        return;
      }
    }
    throw new Error(`Tab does not reach ${name}, but ${passed.join(', ')}`);
  }

  /** The name of what has the focus; of something else, what kind of element. */
  async focused(): Promise<string> {
    return this.page.evaluate(() => {
      const focused = document.activeElement as HTMLInputElement;
      const [label] = focused.labels ?? [];
      const isNamed = label !== undefined || focused.matches('a, button, summary');
      const named = label?.textContent ?? focused.getAttribute('aria-label') ?? focused.innerText;
      return isNamed ? named.trim() : focused.tagName;
    });
  }

  /** Answers requests to a route in place of the server, while something is done. */
  async answering(
    route: RegExp,
    answer: (request: HTTPRequest) => Promise<void>,
    during: () => Promise<void>,
  ): Promise<void> {
    const { page } = this;
    const answerOrPass = (request: HTTPRequest): void => {
      const isMeant = route.test(new URL(request.url()).pathname);
      void (isMeant ? answer(request) : request.continue());
    };
    page.on('request', answerOrPass);
    await page.setRequestInterception(true);
    await page.setCacheEnabled(false);
    try {
      await during();
    } finally {
      await page.setCacheEnabled(true);
      await page.setRequestInterception(false);
      page.off('request', answerOrPass);
    }
  }

  /** What requests to a route of changes were sent with, from now on. */
  watchKeys(route: string): string[] {
    const keys: string[] = [];
    this.page.on('request', (request) => {
      if (request.method() !== 'GET' && request.url().endsWith(route)) {
        keys.push(request.headers()['idempotency-key'] ?? 'none');
      }
    });
    return keys;
  }

  /** The only code that was sent to an address, once it has arrived. */
  async readCode(address: string): Promise<string> {
    const codes: string[] = [];
    await expect
      .poll(async () => {
        const answer = await fetch(`${this.address}/dev/outbox/messages`);
        const { items } = (await answer.json()) as {
          items: Record<'recipient' | 'text', string>[];
        };
        const texts = items.filter(({ recipient }) => recipient === address);
        codes.splice(0, Infinity, ...texts.flatMap(({ text }) => /\b\d{6}\b/.exec(text) ?? []));
        return codes;
      })
      .toHaveLength(1);
    return String(codes[0]);
  }

  async fill(label: string, text: string, role = 'textbox'): Promise<void> {
    const field = this.page.locator(`::-p-aria([name="${label}"][role="${role}"])`);
    // Marks what is there, so that it is replaced.
    await field.click({ count: 3 });
    await this.page.keyboard.type(text);
  }

  async press(name: string, role = 'button'): Promise<void> {
    await this.page.locator(`::-p-aria([name="${name}"][role="${role}"])`).click();
  }

  async text(selector = 'body'): Promise<string> {
    return this.page.$eval(selector, (element) => (element as HTMLElement).innerText);
  }

  /** As if the browser's last authentication was an hour ago. */
  async passAnHour(): Promise<void> {
    const before = new Date(Date.now() - 3_600_000);
    await this.collection('sessions').updateMany(
      { user_agent: /Chrome/ },
      { $set: { authenticated_at: before } },
    );
  }

  /** A message that was given up. Once replayed it stays queued: to the workers, one of them has it. */
  async storeDeadDelivery(accountId: string): Promise<ObjectId> {
    const _id = new ObjectId();
    const now = new Date();
    const later = new Date(now.getTime() + 3_600_000);
    await this.collection('notification_deliveries').insertOne(
      {
        ...{ _id, account_id: accountId, channel: 'email', topic: 'announcement', priority: 2 },
        ...{ payload: {}, status: 'dead', attempts: 12, next_attempt_at: now, leased_until: later },
        expires_at: later,
        last_error: '452 4.2.2 The mailbox is full.',
        ...{ created_at: now, updated_at: now },
      },
      { bypassDocumentValidation: true },
    );
    return _id;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#program.stop();
    await this.#mongodb.db().dropDatabase();
    await this.#mongodb.close();
  }
}

interface Parts {
  readonly program: Program;
  readonly browser: Browser;
  readonly page: Page;
  readonly mongodb: MongoClient;
}

async function buildConsole(): Promise<void> {
  const vite = inWorkspace('node_modules/vite/bin/vite.js');
  await run(process.execPath, [vite, 'build'], { cwd: inWorkspace('apps/console') });
}
