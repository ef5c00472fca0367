import { NotificationBadRequestError } from '../../errors.ts';
import { MILLISECONDS_PER_DAY, type AnyTopic } from './define-topic.ts';
import { canonicalLocale } from './locale.ts';
import { topics } from './topics.ts';

const WORDS = String.raw`[a-z][a-z0-9]*(?:-[a-z0-9]+)*`;
/** The module's name, so that no later built-in topic has the same one. */
const NAME = new RegExp(String.raw`^${WORDS}\.${WORDS}$`);
const MAXIMUM_NAME_LENGTH = 100;
/** Ten years: a `Date` ends somewhere. */
const MAXIMUM_LIFE_MILLISECONDS = 3_650 * MILLISECONDS_PER_DAY;

/** The topics of a program: the built-in ones and its own. */
export class TopicRegistry {
  readonly #byName = new Map<string, AnyTopic>(Object.entries(topics));

  /** @throws RangeError if a name is malformed or taken, a locale is none, a life no time, or a category wrong */
  constructor(ownTopics: readonly AnyTopic[]) {
    for (const topic of ownTopics) {
      if (Object.hasOwn(topics, topic.name)) {
        throw new RangeError(
          `The topic ${topic.name} is built in: pass templates to replace its messages.`,
        );
      }
      if (this.#byName.has(topic.name)) {
        throw new RangeError(`Two topics have the name ${topic.name}.`);
      }
      assertNameValid(topic.name);
      assertLocalesValid(topic);
      assertLifeTimeValid(topic);
      assertCategoryFits(topic);
      this.#byName.set(topic.name, topic);
    }
  }

  get all(): readonly AnyTopic[] {
    return [...this.#byName.values()];
  }

  /** The topic with this name; `undefined` if this program has none. */
  find(name: string): AnyTopic | undefined {
    return this.#byName.get(name);
  }

  /**
   * @param topic its name or its value
   * @throws NotificationBadRequestError if it is not registered
   */
  get(topic: string | { readonly name: string }): AnyTopic {
    const name = typeof topic === 'string' ? topic : topic.name;
    const found = this.#byName.get(name);
    if (found === undefined || (typeof topic === 'object' && topic !== found)) {
      throw new NotificationBadRequestError(
        `The topic ${JSON.stringify(name)} is not registered: pass it to NotificationService.create in topics.`,
      );
    }
    return found;
  }

  /** @throws NotificationBadRequestError for the first of these that no account can switch off */
  assertSwitchable(names: readonly string[]): void {
    for (const name of names) {
      const topic = this.#byName.get(name);
      if (topic?.canBeSwitchedOff !== true) {
        const problem = topic === undefined ? 'is unknown' : 'cannot be switched off';
        const message = `The topic ${JSON.stringify(name)} ${problem}.`;
        throw new NotificationBadRequestError(message, [{ path: `/topics/${name}`, message }]);
      }
    }
  }
}

function assertNameValid(name: string): void {
  if (name.length > MAXIMUM_NAME_LENGTH || !NAME.test(name)) {
    throw new RangeError(
      `The topic ${JSON.stringify(name)} must be named after its module, in kebab-case and at most ${MAXIMUM_NAME_LENGTH} characters, such as billing.invoice-paid.`,
    );
  }
}

function assertCategoryFits({ name, category, canBeSwitchedOff }: AnyTopic): void {
  if (category !== 'transactional' && canBeSwitchedOff !== (category === 'marketing')) {
    const must = canBeSwitchedOff ? 'cannot' : 'must';
    throw new RangeError(
      `The topic ${name} ${must} have canBeSwitchedOff, since its category is ${category}.`,
    );
  }
}

function assertLifeTimeValid({ name, lifeTimeMilliseconds: life }: AnyTopic): void {
  if (!(life > 0 && life <= MAXIMUM_LIFE_MILLISECONDS)) {
    throw new RangeError(
      `The topic ${name} must have positive lifeTimeMilliseconds of at most ten years, not ${life}.`,
    );
  }
}

function assertLocalesValid({ name, locales }: AnyTopic): void {
  const invalid = locales?.find((locale) => canonicalLocale(locale) !== locale);
  if (invalid !== undefined || locales?.length === 0) {
    throw new RangeError(
      `The topic ${name} must have locales such as de or de-AT, not ${JSON.stringify(invalid)}.`,
    );
  }
}
