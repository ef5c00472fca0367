import type { Command } from 'commander';

import { createProgram } from './program.ts';

/** A command line, or the name of a command or a group of commands. */
interface Line {
  readonly words: readonly string[];
  readonly isName: boolean;
}

// Entry point for the gate of documents: prints, for each line of its argument, why it cannot be
// run, or null. None is performed.
const lines = JSON.parse(process.argv[2] ?? '[]') as readonly Line[];
const problems: (string | null)[] = [];
for (const { words, isName } of lines) {
  problems.push(isName ? findProblemOfName(words) : await findProblem(words));
}
process.stdout.write(JSON.stringify(problems));

/** Parsing changes a program, so that each line has its own. */
function createIdleProgram(): Command {
  const output = { write: () => undefined, writeError: () => undefined };
  return createProgram(output, async () => undefined);
}

async function findProblem(words: readonly string[]): Promise<string | null> {
  try {
    await createIdleProgram().parseAsync(words, { from: 'user' });
    return null;
  } catch (error) {
    const { exitCode, message } = error as Error & { readonly exitCode?: number };
    return exitCode === 0 ? null : message;
  }
}

function findProblemOfName(words: readonly string[]): string | null {
  let found: Command | undefined = createIdleProgram();
  for (const word of words) {
    found = found?.commands.find((command) => command.name() === word);
  }
  return found === undefined ? 'there is no such command' : null;
}
