import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';

import { inWorkspace, workspaceRoot } from '@org/harness';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';

import { readLibraries, type Door, type Library } from './libraries.ts';
import { conclude } from './workspace.ts';

/** The gate of the API reports; with `--update` it writes them instead. */
const shouldUpdate = process.argv.includes('--update');
const ADVICE =
  'A change of a public API shows in review: run npm run api-report and commit what it changes.';

const libraries = readLibraries();
const findings = libraries.flatMap(check);
const count = libraries.flatMap(({ doors }) => doors).length;
const summary = `${count} API reports ${shouldUpdate ? 'written' : 'compared'}`;
conclude(findings, summary, ...(findings.length === 0 ? [] : [ADVICE]));

function check(library: Library): readonly string[] {
  const folder = join(library.folder, 'api-report');
  mkdirSync(folder, { recursive: true });
  const current = library.doors.map(reportNameOf);
  const stale = readdirSync(folder).filter((name) => !current.includes(name));
  const problems = library.doors.flatMap((door) => compareReport(library, folder, door));
  if (shouldUpdate) {
    stale.forEach((name) => rmSync(join(folder, name)));
    return problems;
  }
  return [...problems, ...stale.map((name) => `${pathOf(folder, name)} belongs to no entry point`)];
}

/** Compares the report of a door with what the build declares, and brings it up to date if told to. */
function compareReport(library: Library, folder: string, door: Door): readonly string[] {
  const path = pathOf(folder, reportNameOf(door));
  if (!existsSync(door.types)) {
    return [`${path}: ${door.types} is not built: npm run build`];
  }
  const problems: string[] = [];
  const { apiReportChanged } = Extractor.invoke(prepare(library, folder, door), {
    localBuild: shouldUpdate,
    messageCallback: (message) => {
      if (message.logLevel === ExtractorLogLevel.Error) {
        problems.push(`${path}: ${message.text}`);
      }
      message.handled = true;
    },
  });
  const isOutdated = apiReportChanged && !shouldUpdate;
  return isOutdated ? [...problems, `${path} does not say what the build declares`] : problems;
}

/** `index.api.md` */
function reportNameOf({ name }: Door): string {
  return `${name.replaceAll('/', '-')}.api.md`;
}

function pathOf(folder: string, name: string): string {
  return relative(workspaceRoot, join(folder, name));
}

/** Reads declarations, not sources: the extractor knows neither `.ts` specifiers nor our condition. */
function prepare({ folder }: Library, reportFolder: string, door: Door): ExtractorConfig {
  const reportTempFolder = inWorkspace('node_modules/.cache/check/api-report');
  mkdirSync(reportTempFolder, { recursive: true });
  const none = { default: { logLevel: ExtractorLogLevel.None } };
  const reportFileName = reportNameOf(door);
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(folder, 'package.json'),
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: door.types,
      newlineKind: 'lf',
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            ...{ target: 'es2023', lib: ['es2023'], types: ['node'] },
            ...{ module: 'nodenext', moduleResolution: 'nodenext' },
            ...{ strict: true, skipLibCheck: true },
          },
          include: ['dist/**/*.d.ts'],
        },
      },
      apiReport: { enabled: true, reportFolder, reportTempFolder, reportFileName },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: { extractorMessageReporting: none, tsdocMessageReporting: none },
    },
  });
}
