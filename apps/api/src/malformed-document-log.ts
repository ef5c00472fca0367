import type { MalformedDocumentError } from '@org/core/store';

import type { Logger } from './logging.ts';

/** Beyond this many documents, some are logged again. */
const REMEMBERED_DOCUMENTS = 1_000;
/** Longer than an id; another program's may be anything. */
const MAXIMUM_ID_LENGTH = 64;

/** Logs each malformed document once, without its contents; the metrics count every read. */
export function createMalformedDocumentLog(
  logger: Logger,
): (error: MalformedDocumentError) => void {
  const logged = new Set<string>();
  return ({ collectionName: collection, documentId, problem }) => {
    const id = documentId.slice(0, MAXIMUM_ID_LENGTH);
    const document = `${collection} ${id}`;
    if (logged.has(document)) {
      return;
    }
    if (logged.size >= REMEMBERED_DOCUMENTS) {
      logged.clear();
    }
    logged.add(document);
    logger.warn({ collection, id, problem }, 'a malformed document counts as missing; repair it');
  };
}
