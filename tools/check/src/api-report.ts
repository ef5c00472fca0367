import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import {
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
  type ExtractorMessage,
} from '@microsoft/api-extractor';

import type { Door, Library } from './libraries.ts';
import { workspaceRoot } from './workspace.ts';

/** Where the reports of a library lie, one for each of its doors. */
export function reportFolderOf({ folder }: Library): string {
  return join(folder, 'api-report');
}

export interface ApiReport {
  /** `libs/account/api-report/index.api.md` */
  readonly path: string;
  /** Whether the report in git says something else than the declarations. */
  readonly isOutdated: boolean;
  /** What the extractor could not understand. */
  readonly problems: readonly string[];
}

/** Compares the report of a door with what the build declares, and brings it up to date if told to. */
export function reportApi(library: Library, door: Door, shouldUpdate: boolean): ApiReport {
  const path = join(reportFolderOf(library), reportNameOf(door)).slice(workspaceRoot.length + 1);
  if (!existsSync(door.types)) {
    return { path, isOutdated: false, problems: [`${door.types} is not built: npm run build`] };
  }
  const problems: string[] = [];
  const { apiReportChanged } = Extractor.invoke(prepare(library, door), {
    localBuild: shouldUpdate,
    messageCallback: (message) => {
      problems.push(...describeProblem(message));
      message.handled = true;
    },
  });
  return { path, isOutdated: apiReportChanged, problems };
}

/**
 * Finds reports of doors that the library has no more, and removes them if told to.
 *
 * @returns their names
 */
export function findStaleReports(library: Library, shouldRemove: boolean): readonly string[] {
  const folder = reportFolderOf(library);
  const current = library.doors.map(reportNameOf);
  const stale = existsSync(folder)
    ? readdirSync(folder).filter((name) => !current.includes(name))
    : [];
  if (shouldRemove) {
    stale.forEach((name) => rmSync(join(folder, name)));
  }
  return stale.map((name) => join(folder, name).slice(workspaceRoot.length + 1));
}

function reportNameOf({ name }: Door): string {
  return `${name.replaceAll('/', '-')}.api.md`;
}

function describeProblem({ logLevel, text }: ExtractorMessage): readonly string[] {
  return logLevel === ExtractorLogLevel.Error ? [text] : [];
}

/** Reads declarations, not sources: the extractor knows neither `.ts` specifiers nor our condition. */
function prepare(library: Library, door: Door): ExtractorConfig {
  const reportFolder = reportFolderOf(library);
  const reportTempFolder = join(workspaceRoot, 'node_modules/.cache/check/api-report');
  mkdirSync(reportFolder, { recursive: true });
  mkdirSync(reportTempFolder, { recursive: true });
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(library.folder, 'package.json'),
    configObject: {
      projectFolder: library.folder,
      mainEntryPointFilePath: door.types,
      newlineKind: 'lf',
      compiler: { overrideTsconfig: compilerConfiguration },
      apiReport: {
        enabled: true,
        reportFolder,
        reportTempFolder,
        reportFileName: reportNameOf(door),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
  });
}

const compilerConfiguration = {
  compilerOptions: {
    target: 'es2023',
    lib: ['es2023'],
    module: 'nodenext',
    moduleResolution: 'nodenext',
    types: ['node'],
    strict: true,
    skipLibCheck: true,
  },
  include: ['dist/**/*.d.ts'],
};
