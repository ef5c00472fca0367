import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { inWorkspace } from './workspace.ts';

const SOURCES = {
  wycheproof: 'testvectors_v1/*.json of github.com/C2SP/wycheproof at dac1dd4',
  'json-test-suite': 'test_parsing/ of github.com/nst/JSONTestSuite at 1ef36fa',
} as const;

type CorpusName = keyof typeof SOURCES;

/** Test data of others, which is not part of this repository: a folder of the one in CORPORA. */
export class Corpus {
  readonly #name: CorpusName;
  readonly #folder: string | undefined;

  /**
   * @param files what must be there, as paths in the corpus
   * @throws Error if CORPORA is set, and the folder or one of the files is not there
   */
  constructor(name: CorpusName, files: readonly string[]) {
    const { CORPORA = '' } = process.env;
    this.#name = name;
    this.#folder = CORPORA === '' ? undefined : join(CORPORA, name);
    if (this.#folder !== undefined) {
      files.forEach((file) => this.read(file));
    }
  }

  /** Whether CORPORA is not set, so that nothing can be read. */
  get isMissing(): boolean {
    return this.#folder === undefined;
  }

  /** A test's title, which says how to get the corpus where it is missing. */
  title(title: string): string {
    return this.isMissing ? `${title} [CORPORA is not set: ${this.#howToGetIt()}]` : title;
  }

  /** @throws Error that says how to get the corpus, if there is no such file */
  read(file: string): Buffer {
    return this.#look(file, (path) => readFileSync(path));
  }

  /** The names of the files in a folder. @throws Error as {@link read} */
  list(folder: string): readonly string[] {
    return this.#look(folder, (path) => readdirSync(path).toSorted());
  }

  #look<Found>(path: string, look: (path: string) => Found): Found {
    try {
      return look(join(this.#folder ?? '', path));
    } catch (cause) {
      const whole = join('CORPORA', this.#name, path);
      throw new Error(`${whole} cannot be read: ${this.#howToGetIt()}`, { cause });
    }
  }

  #howToGetIt(): string {
    return `${SOURCES[this.#name]} belongs into ${this.#name}/ of the folder that it names`;
  }
}

/** Vectors of one algorithm, in groups of one key or size. */
interface WycheproofFile<Group> {
  readonly numberOfTests: number;
  readonly testGroups: readonly Group[];
}

export interface WycheproofVector {
  readonly tcId: number;
  readonly comment: string;
  readonly result: 'acceptable' | 'invalid' | 'valid';
}

/** The vectors of a file of Wycheproof, each with what its group says. */
export function readVectors<Group extends { readonly tests: readonly WycheproofVector[] }>(
  corpus: Corpus,
  file: string,
): readonly (Omit<Group, 'tests'> & Group['tests'][number])[] {
  const { testGroups } = JSON.parse(corpus.read(file).toString()) as WycheproofFile<Group>;
  return testGroups.flatMap(({ tests, ...group }) => tests.map((test) => ({ ...group, ...test })));
}

/** Texts that are known to break programs. */
export function readNaughtyStrings(): readonly string[] {
  const file = inWorkspace('node_modules/big-list-of-naughty-strings/blns.json');
  return JSON.parse(readFileSync(file, 'utf8')) as readonly string[];
}
