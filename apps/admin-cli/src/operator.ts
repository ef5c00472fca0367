import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';

import { OperationContext, toRecordedId, type AuditOutcome } from '@org/core';
import type { Command } from 'commander';

import type { CommandServices, Services } from './command-services.ts';
import { toPrintableJson, type CommandResult, type Output } from './output.ts';

const OPERATOR = 'org-admin';

interface CommonOptions {
  readonly json?: boolean;
  readonly as?: string;
  /** Of a command that changes something. */
  readonly reason?: string;
}

/** What a command is about, for its audit record. */
export interface Subject {
  readonly resourceType: string;
  /** As given by the operator; empty if the command is not about a single resource. */
  readonly resourceId?: string;
  /** As given by the operator. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Whether it also leaves a record before it begins: it may be ended without leaving another. */
  readonly isLong?: boolean;
}

/** Runs a command: opens the services, does the work, records it, prints the result. */
export type Perform = (
  command: Command,
  subject: Subject,
  work: (
    services: CommandServices,
    context: OperationContext,
    confirm: Confirm,
    streams: Streams,
  ) => Promise<CommandResult>,
) => Promise<void>;

/** Asks the operator; undefined if nobody can answer. */
export type Confirm = ((question: string) => Promise<boolean>) | undefined;

export type Streams = Pick<OperatorDependencies, 'catchInterruption' | 'input' | 'output'>;

export interface OperatorDependencies {
  readonly open: () => Promise<Services>;
  readonly output: Output;
  readonly confirm: Confirm;
  /** What is piped in. */
  readonly input: Readable;
  /** From now on, interruptions abort what is being done instead of ending the process. */
  readonly catchInterruption: () => AbortSignal;
}

/** @param onPartial called if a command has done what it could, but not all */
export function createPerform(
  { open, confirm, ...streams }: OperatorDependencies,
  onPartial: () => void,
): Perform {
  return async (command, subject, work) => {
    const { json = false, as = OPERATOR } = command.optsWithGlobals<CommonOptions>();
    const context = OperationContext.create({
      actor: { type: 'worker', id: as },
      requestId: randomUUID(),
    });
    const services = await open();
    try {
      const record = (outcome: AuditOutcome, recorded: object = {}): Promise<void> => {
        const parameters = { ...subject.parameters, ...recorded };
        const event = auditEventOf(command, { ...subject, parameters }, outcome);
        return services.audit.record([event], context);
      };
      const result = await services.tracing.run(
        { name: `org-admin ${nameOf(command)}` },
        async () => {
          if (subject.isLong === true) {
            await record('success', { stage: 'begun' });
          }
          const done = await work(services, context, confirm, streams).catch(
            async (error: unknown) => {
              // The original failure matters more than failing to record it.
              await record('failure').catch(() => undefined);
              throw error;
            },
          );
          // Recorded before anything is shown.
          await record('success', done.recorded);
          return done;
        },
      );
      print(result, json, streams.output);
      if (result.isPartial === true) {
        onPartial();
      }
    } finally {
      await services.close();
    }
  };
}

function print({ data, text, isAside = false }: CommandResult, json: boolean, output: Output) {
  const forPeople = typeof text === 'string' ? text : text(output.width);
  const printed = `${json ? toPrintableJson(data, 2) : forPeople}\n`;
  if (isAside) {
    output.writeError(printed);
  } else {
    output.write(printed);
  }
}

function nameOf(command: Command): string {
  return `${command.parent?.name() ?? ''} ${command.name()}`;
}

/** `authz_admin` in the OWASP logging vocabulary: an action by a privileged user. */
function auditEventOf(command: Command, subject: Subject, outcome: AuditOutcome) {
  const { resourceType, resourceId = '', parameters = {} } = subject;
  const { reason } = command.optsWithGlobals<CommonOptions>();
  return {
    resourceType,
    resourceId: toRecordedId(resourceId),
    action: 'authz_admin',
    outcome,
    changes: {
      command: { old: null, new: nameOf(command) },
      parameters: { old: null, new: parameters },
      ...(reason === undefined ? {} : { reason: { old: null, new: reason } }),
    },
  };
}
