import { createECDH, randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import {
  isSuccess,
  makeSecretKey,
  readCode,
  readResetToken,
  renderOutcome,
  Tally,
  type ServerProgram,
} from '@org/harness';

import {
  ApiClient,
  assertSuccess,
  makePhoneNumber,
  readTokens,
  signUpAndLogIn,
  toE164,
  type Person,
} from '../load/api-client.ts';
import { watchReadiness } from '../load/load.ts';
import { checkAtLeast, checkCount, listNothing, type Check } from './check.ts';
import type { Fault, FaultContext } from './fault.ts';

/** How long the processes of either side of a step run beside each other. */
const BESIDE_MILLISECONDS = { quick: 1_000, full: 65_000 };
const PEOPLE = 4;

export const secretKeyChanged: Fault = {
  id: 'F12',
  title: 'SECRET_KEY is changed in two phases under load, over two processes',
  run: async (context) => {
    const former = makeSecretKey();
    const current = makeSecretKey();
    const change = new KeyChange(context);
    await change.prepare({ SECRET_KEY: former });
    const steps = [
      { SECRET_KEY: former, SECRET_KEY_NEXT: current },
      { SECRET_KEY: current, SECRET_KEY_PREVIOUS: former },
      { SECRET_KEY: current },
    ];
    await context.each(steps, (keys) => change.restartWith(keys));
    return change.judge();
  },
};

type Keys = Readonly<Record<string, string>>;

/** Two processes that are restarted one after the other, and clients that notice nothing of it. */
class KeyChange {
  readonly #context: FaultContext;
  readonly #tally = new Tally();
  readonly #unready: string[] = [];
  readonly #people: Person[] = [];
  #programs: ServerProgram[] = [];
  #isRunning = true;

  constructor(context: FaultContext) {
    this.#context = context;
  }

  /** People with a session and a browser, and messages that cannot be sent until the end. */
  async prepare(keys: Keys): Promise<void> {
    this.#programs = [await this.#start(keys), await this.#start(keys)];
    const client = this.#clientOf(0);
    for (let index = 0; index < PEOPLE; index += 1) {
      const person = await signUpAndLogIn(client);
      this.#people.push(person);
      const p256dh = createECDH('prime256v1').generateKeys('base64url');
      const auth = randomBytes(16).toString('base64url');
      const body = { endpoint: endpointOf(person), keys: { p256dh, auth } };
      const request = { method: 'POST', path: '/push-subscriptions', body } as const;
      assertSuccess('subscribing a browser', await client.asOwner(person, request));
    }
    this.#context.stage.email.behave('fail');
    for (const { credentials } of this.#people) {
      const requested = await client.requestPasswordReset(credentials.username);
      assertSuccess('asking for a reset', requested);
    }
    client.close();
  }

  /** One process at a time, with clients at both sides before, between and after. */
  async restartWith(keys: Keys): Promise<void> {
    for (const [index, replaced] of this.#programs.entries()) {
      const replacing = this.#start(keys);
      this.#isRunning = true;
      const load = this.#people.map((person, which) => this.#use(person, which));
      const started = await replacing;
      const watches = [...this.#programs, started].map(({ metricsPort }) =>
        watchReadiness(metricsPort, 20),
      );
      // What is sent from here on may meet either side.
      this.#programs = this.#programs.with(index, started);
      await delay(BESIDE_MILLISECONDS[this.#context.mode]);
      this.#isRunning = false;
      await Promise.all(load);
      const looks = await Promise.all(watches.map((watch) => watch.stop()));
      this.#unready.push(...looks.filter((tally) => tally.countOthers(200) > 0).map(String));
      await replaced.stop();
    }
  }

  async judge(): Promise<Check[]> {
    const failures = this.#tally.outcomes.filter((outcome) => !isSuccess(outcome));
    const client = this.#clientOf(0);
    const subscriptions: string[] = [];
    const sessions: string[] = [];
    for (const person of this.#people) {
      const refreshed = await client.refresh(person.refreshToken);
      sessions.push(...(isSuccess(refreshed) ? [] : [renderOutcome(refreshed)]));
      const listed = await client.asOwner(person, { path: '/push-subscriptions' });
      const answer = renderOutcome(listed);
      subscriptions.push(...(answer.includes(endpointOf(person)) ? [] : [answer]));
    }
    client.close();
    return [
      checkAtLeast('requests during the change', this.#tally.size, PEOPLE),
      listNothing('failed', failures.map(renderOutcome)),
      listNothing('looks at readiness that were not 200', this.#unready),
      listNothing('sessions lost when SECRET_KEY_PREVIOUS is gone', sessions),
      listNothing('push subscriptions lost when it is gone', subscriptions),
      checkCount('messages queued before and sent after', await this.#sendWaiting(), PEOPLE),
    ];
  }

  #start(settings: Keys): Promise<ServerProgram> {
    return this.#context.stage.start({ role: 'all', settings });
  }

  async #sendWaiting(): Promise<number> {
    const { database, stage } = this.#context;
    stage.email.behave('accept');
    const deliveries = database.collection('notification_deliveries');
    await deliveries.updateMany({ status: 'queued' }, { $set: { next_attempt_at: new Date() } });
    const tokens = this.#people.map(({ credentials }) =>
      readResetToken(stage.email, credentials.username),
    );
    return (await Promise.allSettled(tokens)).filter(({ status }) => status === 'fulfilled').length;
  }

  /** Begins at one process and goes on at the other, by turns. */
  async #use(person: Person, which: number): Promise<void> {
    let session = person;
    for (let turn = which; this.#isRunning; turn += 1) {
      const here = this.#clientOf(turn);
      const there = this.#clientOf(turn + 1);
      const refreshed = await here.refresh(session.refreshToken);
      this.#tally.add(refreshed, await there.refresh(session.refreshToken));
      session = isSuccess(refreshed) ? { ...session, ...readTokens(refreshed) } : session;
      this.#tally.add(await there.readAccount(session), await there.logIn(person.credentials));
      const number = makePhoneNumber();
      const signedUp = await here.signUpByPhone(number);
      this.#tally.add(signedUp);
      if (isSuccess(signedUp)) {
        const code = await readCode(this.#context.stage.sms, toE164(number));
        this.#tally.add(await there.logInByPhone(number, code));
      }
      here.close();
      there.close();
    }
    this.#people[which] = session;
  }

  #clientOf(turn: number): ApiClient {
    return new ApiClient(this.#programs[turn % this.#programs.length]?.port ?? 0);
  }
}

function endpointOf({ accountId }: Person): string {
  return `https://push.example.com/${accountId}`;
}
