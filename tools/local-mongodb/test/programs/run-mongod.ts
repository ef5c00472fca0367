// A program with a mongod: prints what it got as JSON, then does as it is told by its argument.
import { startLocalMongod, startThrowawayMongod } from '../../src/index.ts';

const [binary = '', directory = '', manner = ''] = process.argv.slice(2);
const mongod =
  manner === 'throwaway' || manner === 'throwaway-exit'
    ? await startThrowawayMongod({ binary, temporaryDirectory: directory })
    : await startLocalMongod({ binary, dataDirectory: directory });
console.log(JSON.stringify(mongod));
switch (manner) {
  case 'stop':
    await mongod.stop();
    break;
  case 'throwaway-exit':
    process.exit(0);
    break;
  default:
    process.stdin.resume();
}
