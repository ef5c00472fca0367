import type { Command } from 'commander';

import { parseLimit } from '../option-parsers.ts';

export function addPageOptions(command: Command): Command {
  return command
    .option('--limit <number>', 'items at most', parseLimit)
    .option('--cursor <cursor>', 'where the page before ended');
}
