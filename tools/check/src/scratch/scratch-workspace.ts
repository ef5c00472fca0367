import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

import { environment, run, workspaceRoot } from '../workspace.ts';

const AUTHOR = ['-c', 'user.name=Scratch', '-c', 'user.email=scratch@example.com'];

/**
 * A copy of the workspace as it stands, uncommitted changes included, with a git history of one
 * commit. What is installed is linked, not copied; so nothing below node_modules may be written to
 * in place but the files that npm and our scripts write, which are copies.
 */
export class ScratchWorkspace {
  readonly root: string;
  readonly #environment: NodeJS.ProcessEnv;

  private constructor(root: string) {
    this.root = root;
    this.#environment = {
      ...environment,
      // What is printed is read here; where CI is set, colours would be mixed into it.
      FORCE_COLOR: '0',
      PATH: [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter),
    };
  }

  static make(name: string): ScratchWorkspace {
    const scratch = new ScratchWorkspace(mkdtempSync(join(tmpdir(), `${name}-`)));
    copySources(scratch.root);
    linkInstalled(scratch.root);
    scratch.run('git', ['init', '--quiet', '--initial-branch=main']);
    scratch.commit('chore: the workspace as it stands');
    return scratch;
  }

  /**
   * Runs a program in the copy.
   *
   * @returns what it wrote to its standard output
   * @throws ProgramFailedError
   */
  run(command: string, words: readonly string[]): string {
    return run(command, words, { cwd: this.root, env: this.#environment });
  }

  /** Commits all that was changed. */
  commit(message: string): void {
    this.run('git', ['add', '--all']);
    this.run('git', [...AUTHOR, 'commit', '--quiet', '--no-verify', '--message', message]);
  }

  path(...parts: readonly string[]): string {
    return join(this.root, ...parts);
  }

  read(path: string): string {
    return readFileSync(this.path(path), 'utf8');
  }

  /** Adds lines to a file of the copy. */
  append(path: string, text: string): void {
    writeFileSync(this.path(path), this.read(path) + text);
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }
}

function copySources(destination: string): void {
  const listing = run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  for (const path of listing.split('\0').filter((each) => existsSync(join(workspaceRoot, each)))) {
    if (path !== '') {
      mkdirSync(join(destination, dirname(path)), { recursive: true });
      copyFileSync(join(workspaceRoot, path), join(destination, path));
    }
  }
}

function linkInstalled(destination: string): void {
  const nested = ['libs', 'apps', 'tools'].flatMap((parent) =>
    readdirSync(join(workspaceRoot, parent)).map((name) => `${parent}/${name}/node_modules`),
  );
  for (const path of ['node_modules', ...nested].filter((each) =>
    existsSync(join(workspaceRoot, each)),
  )) {
    link(join(workspaceRoot, path), join(destination, path));
  }
  copyWhatIsWritten(join(destination, 'node_modules'));
}

/** Hard links where the file system can, copies where it cannot. */
function link(source: string, destination: string): void {
  if (spawnSync('cp', ['-al', source, destination]).status !== 0) {
    rmSync(destination, { recursive: true, force: true });
    run('cp', ['-a', source, destination]);
  }
}

function copyWhatIsWritten(installed: string): void {
  for (const entry of readdirSync(installed, { withFileTypes: true })) {
    const path = join(installed, entry.name);
    if (entry.isFile()) {
      const content = readFileSync(path);
      rmSync(path);
      writeFileSync(path, content);
    }
  }
  const cache = join(installed, '.cache');
  for (const name of existsSync(cache) ? readdirSync(cache) : []) {
    if (name !== 'local-mongodb') {
      rmSync(join(cache, name), { recursive: true });
    }
  }
}
