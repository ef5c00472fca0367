import type { DatabaseOptions, MalformedDocumentError } from '@org/core/store';

import type { BackendLogger } from './logger.ts';

/** Beyond this many documents, some are logged again. */
const REMEMBERED_DOCUMENTS = 1_000;
/** Longer than an id; another program's may be anything. */
const MAXIMUM_ID_LENGTH = 64;

/** What `Database.create` tells a log: a clock that is off, and documents that are skipped. */
export function databaseLog(
  logger: BackendLogger,
): Pick<Required<DatabaseOptions>, 'onClockSkew' | 'onMalformedDocument'> {
  return {
    onMalformedDocument: createMalformedDocumentLog(logger),
    onClockSkew: (offset) => {
      logger.warn(
        { offset_milliseconds: offset },
        "this machine's clock is more than 5 s off MongoDB's, which counts; set one of them right",
      );
    },
  };
}

/** Logs each malformed document once, without its contents; the metrics count every read. */
function createMalformedDocumentLog(
  logger: BackendLogger,
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
