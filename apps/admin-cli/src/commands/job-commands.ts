import { toRecordedName } from '@org/core';
import type { Job } from '@org/jobs';
import type { Command } from 'commander';

import type { PageParams } from '../command-services.ts';
import type { Perform } from '../operator.ts';
import { parsePayload } from '../option-parsers.ts';
import { messageResult, pageResult, type Columns } from '../output.ts';
import { addPageOptions, addReason, performOnId } from './add-command.ts';

/** Collection of the queue. */
const resourceType = 'agendaJobs';

const COLUMNS: Columns<Job> = {
  ID: ({ id }) => id,
  NAME: ({ name }) => name,
  SCHEDULE: ({ schedule, timezone }) => (schedule === null ? '' : `${schedule} ${timezone}`),
  STATUS: ({ status }) => status,
  ATTEMPTS: ({ attempts }) => String(attempts),
  'RUNS AT': ({ runsAt }) => runsAt?.toISOString() ?? '',
  'LAST ERROR': ({ lastError }) => lastError ?? '',
};

export function addJobCommands(program: Command, perform: Perform): void {
  const jobs = program.command('jobs').description('Background jobs');
  addList(jobs, perform);
  addRun(jobs, perform);
  const replay = jobs.command('replay <id>').description('Give a dead job its attempts again');
  performOnId(replay, perform, resourceType, async (services, jobId, context) => {
    await services.jobs.replayDeadJob({ jobId }, context);
    return messageResult(`Job ${jobId} is in the queue again.`, { jobId });
  });
}

function addList(jobs: Command, perform: Perform): void {
  addPageOptions(jobs.command('list').description('Jobs in the queue'))
    .option('--dead', 'those that ran out of attempts')
    .action(
      async ({ dead = false, ...page }: PageParams & { dead?: boolean }, command: Command) => {
        await perform(
          command,
          { resourceType, parameters: { dead, ...page } },
          async ({ jobs: queue }, context) => {
            const list = dead ? queue.listDeadJobs(page, context) : queue.listJobs(page, context);
            return pageResult(await list, COLUMNS);
          },
        );
      },
    );
}

function addRun(jobs: Command, perform: Perform): void {
  addReason(jobs.command('run <name>').description('Put a job into the queue; a worker runs it'))
    .option('--payload <json>', 'what the job is given', parsePayload, {})
    .action(async (name: string, { payload }: { payload: object }, command: Command) => {
      // The payload is not recorded: it may name people, and would outlive their accounts.
      await perform(
        command,
        { resourceType, parameters: { name: toRecordedName(name) } },
        async ({ jobs: queue }, context) => {
          const { jobId } = await queue.dispatchByHand({ name, payload }, context);
          return messageResult(`Job ${jobId} is in the queue.`, { jobId });
        },
      );
    });
}
