import type { Db } from 'mongodb';

import type { HistoryRecorder } from './history.ts';

/** Takes down which tasks are there; no account gives two of its own one title. */
export async function takeDownTasks(database: Db, history: HistoryRecorder): Promise<void> {
  for await (const { _id, account_id, title } of database.collection('tasks').find()) {
    const id = String(_id);
    history.stored.push(id);
    history.uses.push({ gate: `task ${account_id} ${title}`, gained: id });
  }
}
