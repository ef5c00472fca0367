export { atExit, signalProcess } from './at-exit.ts';
export { ChildProgram, type ChildOptions } from './child-program.ts';
export {
  assertWritable,
  exitOnSignal,
  parseCommandLine,
  report,
  runTool,
  UsageError,
  type ByMode,
  type Mode,
} from './command-line.ts';
export { fetchJson, type JsonAnswer } from './fetch-json.ts';
export { isExecutable, listExecutables } from './list-executables.ts';
export { findFreePort, listen, LOOPBACK, portOf } from './loopback.ts';
export {
  readMachine,
  readProcessorSeconds,
  readProcessorTicks,
  readResidentMebibytes,
  renderMachine,
  stolenPercentSince,
  type Machine,
} from './machine.ts';
export { NoMarkersError, renderMarkdownTable, renderTable, replaceMarked } from './markdown.ts';
export { ProgramFailedError, runCommand, type CommandResult } from './run-command.ts';
export {
  isAnswer,
  isSuccess,
  renderOutcome,
  send,
  type Answer,
  type HttpRequest,
  type Outcome,
} from './send.ts';
export { MailSink } from './sinks/mail-sink.ts';
export { readCode, readResetToken } from './sinks/secrets.ts';
export { Sink, type SinkBehaviour } from './sinks/sink.ts';
export { SmsSink } from './sinks/sms-sink.ts';
export { databaseUri, makeSecretKey, productionSettings } from './settings.ts';
export { READY, sourceProgram } from './source-program.ts';
export { median, pairedRatios, quantile, summarize, type Summary } from './statistics.ts';
export { Tally } from './tally.ts';
export { TemporaryDirectory } from './temporary-directory.ts';
export { pollUntil, waitUntil } from './wait-until.ts';
export { inWorkspace, workspaceRoot } from './workspace.ts';
