import { findStaleReports, reportApi } from './api-report.ts';
import { readLibraries, type Library } from './libraries.ts';

/** The gate of the API reports; with `--update` it writes them instead. */
const shouldUpdate = process.argv.includes('--update');

function check(library: Library): readonly string[] {
  const stale = findStaleReports(library, shouldUpdate);
  const reports = library.doors.map((door) => reportApi(library, door, shouldUpdate));
  const outdated = reports.filter(({ isOutdated }) => isOutdated).map(({ path }) => path);
  const problems = reports.flatMap(({ path, problems }) =>
    problems.map((problem) => `${path}: ${problem}`),
  );
  return shouldUpdate
    ? problems
    : [
        ...problems,
        ...outdated.map((path) => `${path} does not say what the build declares`),
        ...stale.map((path) => `${path} is of no entry point`),
      ];
}

const libraries = readLibraries();
const findings = libraries.flatMap(check);
const count = libraries.flatMap(({ doors }) => doors).length;
process.stdout.write(
  [...findings, `${count} API reports ${shouldUpdate ? 'written' : 'compared'}`, ''].join('\n'),
);
if (findings.length > 0) {
  process.stdout.write(
    'A change of a public API shows in review: run npm run api-report and commit what it changes.\n',
  );
  process.exitCode = 1;
}
