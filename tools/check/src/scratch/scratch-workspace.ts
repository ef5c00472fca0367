import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';

import { inWorkspace, ProgramFailedError, workspaceRoot } from '@org/harness';

import { environment, run } from '../workspace.ts';

const COMMIT = ['commit', '--quiet', '--no-verify', '--message'];

/**
 * A copy of the workspace as it stands, uncommitted changes included, with a git history of one
 * commit. What is installed is linked, not copied; so nothing below node_modules may be written to
 * in place but the files that npm and our scripts write, which are copies.
 */
export class ScratchWorkspace {
  readonly root: string;
  readonly environment: NodeJS.ProcessEnv;

  private constructor(root: string) {
    this.root = root;
    this.environment = {
      ...environment,
      // What is printed is read here; where CI is set, colours would be mixed into it.
      FORCE_COLOR: '0',
      PATH: [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter),
    };
  }

  /** Makes a copy for some work, and removes it afterwards. */
  static async use(
    name: string,
    work: (scratch: ScratchWorkspace) => Promise<unknown>,
  ): Promise<void> {
    const scratch = new ScratchWorkspace(mkdtempSync(join(tmpdir(), `${name}-`)));
    try {
      copyCompiled(scratch.root);
      await copySources(scratch.root);
      await linkInstalled(scratch.root);
      await scratch.run('git', ['init', '--quiet', '--initial-branch=main']);
      await scratch.run('git', ['config', 'user.name', 'Scratch']);
      await scratch.run('git', ['config', 'user.email', 'scratch@example.com']);
      await scratch.commit('chore: the workspace as it stands');
      await work(scratch);
    } finally {
      rmSync(scratch.root, { recursive: true });
    }
  }

  /**
   * Runs a program in the copy.
   *
   * @returns what it wrote to its standard output
   * @throws ProgramFailedError
   */
  run(command: string, words: readonly string[]): Promise<string> {
    return run(command, words, { cwd: this.root, env: this.environment });
  }

  /** Runs targets of projects by Nx. */
  runTargets(targets: string, projects: string): Promise<string> {
    const words = [`--targets=${targets}`, `--projects=${projects}`, '--outputStyle=static'];
    return this.run('nx', ['run-many', ...words]);
  }

  /** What git says is changed and not committed. */
  status(): Promise<string> {
    return this.run('git', ['status', '--porcelain']);
  }

  /** Commits all that was changed. */
  async commit(message: string): Promise<void> {
    await this.run('git', ['add', '--all']);
    await this.run('git', [...COMMIT, message]);
  }

  /** Gives the last commit another message. */
  async amend(message: string): Promise<void> {
    await this.run('git', [...COMMIT, message, '--amend']);
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.root, path), text);
  }

  /** Adds lines to a file of the copy. */
  append(path: string, text: string): void {
    this.write(path, this.read(path) + text);
  }
}

/** What tsc has made. It compares texts where sources are newer, so they are copied afterwards. */
function copyCompiled(destination: string): void {
  for (const path of globSync(['*/*/out-tsc', 'libs/*/dist'], { cwd: workspaceRoot })) {
    cpSync(inWorkspace(path), join(destination, path), { recursive: true });
  }
}

async function copySources(destination: string): Promise<void> {
  const words = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const paths = (await run('git', words)).split('\0').filter((path) => path !== '');
  for (const path of paths.filter((each) => existsSync(inWorkspace(each)))) {
    cpSync(inWorkspace(path), join(destination, path));
  }
}

async function linkInstalled(destination: string): Promise<void> {
  // Other programs write to the cache at this moment.
  const packages = readdirSync(inWorkspace('node_modules')).filter((name) => name !== '.cache');
  const paths = packages.map((name) => `node_modules/${name}`);
  await link(paths, join(destination, 'node_modules'));
  await link(['node_modules/.cache/local-mongodb'], join(destination, 'node_modules/.cache'));
  for (const project of globSync('{libs,apps,tools}/*', { cwd: workspaceRoot })) {
    await link([`${project}/node_modules`], join(destination, project));
  }
  copyFilesOf(join(destination, 'node_modules'));
}

/** Links files into a folder where the file system can, and copies them where it cannot. */
async function link(paths: readonly string[], folder: string): Promise<void> {
  const sources = paths.map((path) => inWorkspace(path)).filter((path) => existsSync(path));
  if (sources.length === 0) {
    return;
  }
  mkdirSync(folder, { recursive: true });
  try {
    await run('cp', ['-al', ...sources, folder]);
  } catch (error) {
    if (!(error instanceof ProgramFailedError)) {
      throw error;
    }
    for (const source of sources) {
      rmSync(join(folder, basename(source)), { recursive: true, force: true });
    }
    await run('cp', ['-a', ...sources, folder]);
  }
}

/** Instead of links to them: npm and our scripts write to these in place. */
function copyFilesOf(installed: string): void {
  for (const entry of readdirSync(installed, { withFileTypes: true })) {
    const path = join(installed, entry.name);
    if (entry.isFile()) {
      const content = readFileSync(path);
      rmSync(path);
      writeFileSync(path, content);
    }
  }
}
