import { readFileSync } from 'node:fs';

import { inWorkspace } from '@org/harness';
import { DockerfileParser } from 'dockerfile-ast';

/** How Docker starts a container of the image. */
export interface ImageSettings {
  readonly environment: Readonly<Record<string, string>>;
  readonly user: number;
  readonly directory: string;
  readonly command: readonly string[];
  readonly healthCheck: readonly string[];
}

export const dockerfile = readFileSync(inWorkspace('Dockerfile'), 'utf8');

/** What the instructions after the last FROM say. */
export function readImageSettings(text = dockerfile): ImageSettings {
  const parsed = DockerfileParser.parse(text);
  const lineOfLast = parsed.getFROMs().at(-1)?.getRange().start.line ?? 0;
  const instructions = parsed
    .getInstructions()
    .filter((each) => each.getRange().start.line > lineOfLast);
  const argumentsOf = (keyword: string): string =>
    instructions.find((each) => each.getKeyword() === keyword)?.getArgumentsContent() ?? '';
  const wordsOf = (keyword: string): readonly string[] => {
    const content = argumentsOf(keyword);
    return JSON.parse(content.slice(content.indexOf('['))) as string[];
  };
  const variables = parsed.getENVs().flatMap((each) => each.getProperties());
  return {
    environment: Object.fromEntries(
      variables.map((each) => [each.getName(), each.getValue() ?? '']),
    ),
    user: Number.parseInt(argumentsOf('USER'), 10),
    directory: argumentsOf('WORKDIR'),
    command: wordsOf('CMD'),
    healthCheck: wordsOf('HEALTHCHECK'),
  };
}
