import { appendFileSync } from 'node:fs';
import path from 'node:path';

import { BSON, MongoClient, type CommandStartedEvent } from 'mongodb';

import { RECORDING_DIRECTORY } from './recording.ts';

// Loaded before a program, so that none of its commands is missed.
const { prototype } = MongoClient;
const connect = Reflect.get(prototype, 'connect');

prototype.connect = function (this: MongoClient) {
  if (isProgram(this) && !this.listeners('commandStarted').includes(record)) {
    Object.assign(this.options, { monitorCommands: true });
    this.on('commandStarted', record);
  }
  return connect.call(this);
};

/** A test's own client waits for a connection without a limit. */
function isProgram({ options }: MongoClient): boolean {
  return options.waitQueueTimeoutMS > 0;
}

/** At once: the process may be killed. */
function record({ commandName: name, command }: CommandStartedEvent): void {
  const directory = process.env[RECORDING_DIRECTORY];
  if (directory !== undefined) {
    const line = BSON.EJSON.stringify({ name, command }, { relaxed: false });
    appendFileSync(path.join(directory, `${process.pid}.jsonl`), `${line}\n`);
  }
}
