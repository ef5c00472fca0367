import { flushCompileCache } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';

import { AppError, SettingsError } from '@org/core';

import { announceReadiness } from './banner.ts';
import { readConfig, readEnvironment } from './config.ts';
import { Lifecycle } from './lifecycle.ts';
import { startProgram } from './program.ts';
import { reportAsJson, reportAsText, type Report } from './report.ts';
import { handleSignals } from './signals.ts';
import { StartError } from './start-errors.ts';

/** In addition to SHUTDOWN_DELAY. */
const CLOSE_TIMEOUT_MILLISECONDS = 10_000;

let shutdownDelay = 0;

let form = reportAsText;
const report: Report = (line, level) => form(line, level);
const lifecycle = new Lifecycle(report);
const started = start();

handleSignals(process, {
  stop: () => void stop(0),
  force: () => {
    report('Stopped at once, by a second signal.', 'warn');
    lifecycle.abandon();
    process.exit(1);
  },
  now: () => performance.now(),
});
// Their reader may die first, such as a log shipper. To report that would fail the same way, for ever.
for (const output of [process.stdout, process.stderr]) {
  output.on('error', () => undefined);
}
process.on('uncaughtException', (error) => {
  report(`Unexpected: ${inspect(error)}`, 'fatal');
  void stop(1);
});

async function start(): Promise<void> {
  try {
    const { environment, unknownNames } = readEnvironment();
    if (environment['NODE_ENV'] === 'production') {
      form = reportAsJson;
    }
    for (const name of unknownNames) {
      report(`Warning: ${name} in .env is no setting of this program. Is it misspelt?`, 'warn');
    }
    const config = readConfig(environment);
    shutdownDelay = config.SHUTDOWN_DELAY;
    const address = await startProgram({ config, lifecycle, report });
    announceReadiness(address, config, report);
    // Node itself does this at exit, but SIGKILL skips that.
    flushCompileCache();
  } catch (error) {
    if (!lifecycle.isClosing) {
      report(isForUsers(error) ? error.message : inspect(error), 'fatal');
      void stop(1);
    }
  }
}

/** Errors whose message says what to do; any other error is shown with stack and causes. */
function isForUsers(error: unknown): error is Error {
  return error instanceof SettingsError || error instanceof StartError || error instanceof AppError;
}

async function stop(exitCode: number): Promise<void> {
  report('Stopping.');
  const timeout = delay(CLOSE_TIMEOUT_MILLISECONDS + shutdownDelay, 'timeout');
  if ((await Promise.race([close(), timeout])) === 'timeout') {
    lifecycle.abandon();
    report('Stopped, although not all was closed in time.', 'error');
  } else {
    report('Stopped.');
  }
  process.exit(exitCode);
}

/** Also closes what is still being opened, so that nothing outlives the process. */
async function close(): Promise<void> {
  await lifecycle.close();
  await started;
  await lifecycle.close();
}
