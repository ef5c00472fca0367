export { atExit, signalProcess, TemporaryDirectory } from './at-exit.ts';
export { findChromium } from './chromium.ts';
export { ChildProgram, type ChildOptions } from './child-program.ts';
export { parseCommandLine, report, UsageError, type ByMode, type Mode } from './command-line.ts';
export { Corpus, readNaughtyStrings, readVectors, type WycheproofVector } from './corpora.ts';
export { NUMBERED_ID, numbered, storeCopies } from './copies.ts';
export { fetchJson, type JsonAnswer } from './fetch-json.ts';
export { inParallel } from './in-parallel.ts';
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
export { NoMarkersError, renderMarkdownTable, replaceMarked } from './markdown.ts';
export {
  buildProgram,
  builtProgram,
  databaseUri,
  makeSecretKey,
  READY,
  sourceProgram,
} from './program.ts';
export { ProgramFailedError, runCommand, type CommandResult } from './run-command.ts';
export { exitOnSignal, runTool } from './run-tool.ts';
export {
  isAnswer,
  isSuccess,
  renderOutcome,
  send,
  type Answer,
  type HttpRequest,
  type Outcome,
} from './send.ts';
export { ServerProgram, type ServerRequest } from './server-program.ts';
export { MailSink } from './sinks/mail-sink.ts';
export { readCode, readResetToken, Sink, type SinkBehaviour } from './sinks/sink.ts';
export { SmsSink } from './sinks/sms-sink.ts';
export { TraceSink, type TakenSpan } from './sinks/trace-sink.ts';
export { openProviders, Stage, type Providers } from './stage.ts';
export { median, pairedRatios, quantile, summarize, type Summary } from './statistics.ts';
export { Tally } from './tally.ts';
export { pollUntil, waitUntil } from './wait-until.ts';
export { inWorkspace, isExecutable, listExecutables, workspaceRoot } from './workspace.ts';
