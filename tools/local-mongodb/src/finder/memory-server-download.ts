// Run as a program of its own: the downloader has neither a time limit nor a way to be interrupted.
import { MongoBinary } from 'mongodb-memory-server-core';

const [version, downloadDir] = process.argv.slice(2);
if (version === undefined || downloadDir === undefined) {
  throw new Error('Usage: memory-server-download.ts VERSION FOLDER');
}
try {
  console.log(await MongoBinary.getPath({ version, downloadDir, checkMD5: true }));
} catch (error) {
  console.log(error instanceof Error ? error.message.replaceAll(/\s*\n\s*/g, ' ') : String(error));
  // Not process.exitCode: it leaves the failed answer's connection open for seconds.
  process.exit(1);
}
