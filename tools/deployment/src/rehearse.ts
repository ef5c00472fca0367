/**
 * Times a deployment from the build to two processes behind a proxy, and replaces both under load.
 *
 * Run by `node --conditions=@org/source tools/deployment/src/rehearse.ts`.
 */
import {
  databaseUri,
  exitOnSignal,
  MailSink,
  makeSecretKey,
  readMachine,
  renderMachine,
} from '@org/harness';
import { startThrowawayMongod } from '@org/local-mongodb';

import { Image } from './image.ts';
import { rollOut } from './rollout.ts';

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

const starting = startThrowawayMongod();
exitOnSignal(starting);
const mongod = await starting;
const mail = await MailSink.open();
const startedAt = performance.now();
const image = await Image.make();
const builtIn = performance.now() - startedAt;
const rollout = await rollOut(image, {
  ...{ MONGODB_URI: databaseUri(mongod.uri, 'org'), SECRET_KEY: makeSecretKey() },
  ...{ WEB_APP_URL: 'https://app.example.com', LOG_LEVEL: 'warn', ...mail.settings },
});
const { requests, failures, startMilliseconds, rollMilliseconds } = rollout;
process.stdout.write(`build and installation: ${seconds(builtIn)}
two processes started, behind a proxy: ${seconds(startMilliseconds)}
both replaced: ${seconds(rollMilliseconds)}, of which SHUTDOWN_DELAY 2.0 s
requests meanwhile: ${requests}, failed: ${failures.length} ${failures.slice(0, 3).join(', ')}
${renderMachine(readMachine())}
`);
image.remove();
await Promise.all([mail.close(), mongod.stop()]);
