import { MongoClient } from 'mongodb';

/** Writes one document, acknowledged only when it is on disk. */
export async function writeNote(uri: string, text: string): Promise<void> {
  await useNotes(uri, (notes) => notes.insertOne({ text }, { writeConcern: { w: 'majority' } }));
}

/** Everything that was written, in order. */
export async function readNotes(uri: string): Promise<string[]> {
  const documents = await useNotes(uri, (notes) => notes.find().sort({ _id: 1 }).toArray());
  return documents.map(({ text }) => text);
}

/** The collection of notes, over a connection that is closed afterwards. */
async function useNotes<Result>(
  uri: string,
  work: (notes: ReturnType<typeof notesOf>) => Promise<Result>,
): Promise<Result> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 10_000 });
  try {
    return await work(notesOf(client));
  } finally {
    await client.close();
  }
}

function notesOf(client: MongoClient) {
  return client.db('test').collection<{ text: string }>('notes');
}
