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

/** The words of a module in every form in which its files write them. */
export interface ModuleNames {
  readonly name: string;
  readonly moduleCamel: string;
  readonly modulePascal: string;
  readonly moduleConstant: string;
  /** What an instance of the service is called: `billing`, or `tasks` where module and entity are one. */
  readonly service: string;
  readonly entity: string;
  readonly entityCamel: string;
  readonly entityPascal: string;
  readonly entitySnake: string;
  readonly entityWords: string;
  readonly article: 'a' | 'an';
  readonly pluralCamel: string;
  readonly pluralKebab: string;
  readonly pluralPascal: string;
  readonly pluralSnake: string;
  readonly pluralWords: string;
  readonly pluralSentence: string;
}

export function nameModule(options: ModuleOptions): ModuleNames {
  const { name, entity = name, plural = pluralOf(entity) } = options;
  return {
    name,
    moduleCamel: camelCase(name),
    modulePascal: pascalCase(name),
    moduleConstant: snakeCase(name).toUpperCase(),
    service: camelCase(entity === name ? plural : name),
    entity,
    entityCamel: camelCase(entity),
    entityPascal: pascalCase(entity),
    entitySnake: snakeCase(entity),
    entityWords: words(entity),
    article: /^[aeio]/.test(entity) ? 'an' : 'a',
    pluralCamel: camelCase(plural),
    pluralKebab: plural,
    pluralPascal: pascalCase(plural),
    pluralSnake: snakeCase(plural),
    pluralWords: words(plural),
    pluralSentence: capitalize(words(plural)),
  };
}

function pluralOf(word: string): string {
  if (/[^aeiou]y$/.test(word)) {
    return `${word.slice(0, -1)}ies`;
  }
  return /(s|x|z|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
}

function pascalCase(kebab: string): string {
  return kebab.split('-').map(capitalize).join('');
}

function camelCase(kebab: string): string {
  const pascal = pascalCase(kebab);
  return pascal.charAt(0).toLowerCase() + pascal.slice(1);
}

function snakeCase(kebab: string): string {
  return kebab.replaceAll('-', '_');
}

function words(kebab: string): string {
  return kebab.replaceAll('-', ' ');
}

function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
