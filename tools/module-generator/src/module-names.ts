import { names } from '@nx/devkit';

/** What a person asks for. */
export interface ModuleOptions {
  /** Such as `billing`. */
  readonly name: string;
  /** Such as `invoice`. Default: the name. */
  readonly entity?: string;
  /** Such as `people`. Default: as English forms it for most words. */
  readonly plural?: string;
  /** Default: true. */
  readonly mount?: boolean;
}

export type ModuleNames = Readonly<ReturnType<typeof nameModule>>;

/** The words of a module in every form in which its files write them. */
export function nameModule(options: ModuleOptions) {
  const { name, entity = name, plural = pluralOf(entity) } = options;
  const [ofModule, ofEntity, ofPlural] = [names(name), names(entity), names(plural)];
  const pluralWords = plural.replaceAll('-', ' ');
  return {
    name,
    moduleCamel: ofModule.propertyName,
    modulePascal: ofModule.className,
    moduleConstant: ofModule.constantName,
    /** What an instance of the service is called: `billing`, or `tasks` where module and entity are one. */
    service: entity === name ? ofPlural.propertyName : ofModule.propertyName,
    entity,
    entityCamel: ofEntity.propertyName,
    entityPascal: ofEntity.className,
    entitySnake: entity.replaceAll('-', '_'),
    entityWords: entity.replaceAll('-', ' '),
    article: /^[aeio]/.test(entity) ? 'an' : 'a',
    pluralCamel: ofPlural.propertyName,
    pluralKebab: plural,
    pluralPascal: ofPlural.className,
    pluralSnake: plural.replaceAll('-', '_'),
    pluralWords,
    pluralSentence: pluralWords.charAt(0).toUpperCase() + pluralWords.slice(1),
  };
}

function pluralOf(word: string): string {
  if (/[^aeiou]y$/.test(word)) {
    return `${word.slice(0, -1)}ies`;
  }
  return /(s|x|z|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
}
