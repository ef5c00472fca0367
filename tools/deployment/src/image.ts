import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import {
  findFreePort,
  inWorkspace,
  LOOPBACK,
  ProgramFailedError,
  runCommand,
  ServerProgram,
  TemporaryDirectory,
  type CommandResult,
} from '@org/harness';

import { readImageSettings } from './dockerfile.ts';

export type Settings = Readonly<Record<string, string>>;

const NODE = 'node';

/**
 * Its words run in a mount namespace of their own, where nothing on the root's file system can be
 * written, by a user without rights.
 */
const CONFINE = `mount --make-rprivate / && mount -o remount,bind,ro /
  exec setpriv --reuid "$0" --regid "$0" --clear-groups --no-new-privs \\
    --inh-caps=-all --bounding-set=-all "$@"`;

/**
 * The image, without Docker: its files as the Dockerfile's build stage makes them, started as the
 * Dockerfile says. Where the tests run as root, the root is read-only, and programs have the image's
 * user; elsewhere they have the user of the tests.
 */
export class Image {
  readonly settings = readImageSettings();
  readonly #directory = new TemporaryDirectory('org-image');
  readonly isConfined = process.getuid?.() === 0;

  static async make(): Promise<Image> {
    const image = new Image();
    const root = image.#directory.path;
    chmodSync(root, 0o755);
    const words = [inWorkspace('deploy/image-root.sh'), root];
    const { code, output } = await runCommand('sh', words, { environment: process.env });
    if (code !== 0) {
      throw new ProgramFailedError('deploy/image-root.sh failed', output);
    }
    // What the base image has.
    copyFileSync(process.execPath, join(root, NODE));
    return image;
  }

  /** A path in the image, where it lies here. */
  path(path: string): string {
    return join(this.#directory.path, path);
  }

  /** Puts a file where a container finds a secret; returns its path. */
  mount(path: string, content: string): string {
    const mounted = this.path(path);
    mkdirSync(dirname(mounted), { recursive: true });
    writeFileSync(mounted, content);
    return mounted;
  }

  /** Starts a container. */
  async run(settings: Settings): Promise<ServerProgram> {
    const metricsPort = await findFreePort();
    const port = settings['ROLE'] === 'worker' ? metricsPort : await findFreePort();
    const ports = { HOST: LOOPBACK, PORT: String(port), METRICS_PORT: String(metricsPort) };
    const [command, ...words] = this.#confined(this.settings.command);
    return new ServerProgram({
      command,
      arguments: words,
      environment: { ...this.settings.environment, ...ports, ...settings },
      directory: this.path(this.settings.directory),
      port,
      metricsPort,
    });
  }

  /** Runs a command to its end, as `docker exec` does beside a program with these settings. */
  execute(words: readonly string[], settings: Settings): Promise<CommandResult> {
    const [command, ...rest] = this.#confined(words);
    const environment = { ...this.settings.environment, ...settings };
    const directory = this.path(this.settings.directory);
    return runCommand(command, rest, { environment, directory });
  }

  remove(): void {
    this.#directory.remove();
  }

  #confined([program = '', ...words]: readonly string[]): [string, ...string[]] {
    const command = [program === NODE ? this.path(NODE) : program, ...words] as const;
    const user = String(this.settings.user);
    const confine = ['unshare', '--mount', '/bin/sh', '-euc', CONFINE, user] as const;
    return this.isConfined ? [...confine, ...command] : [command[0], ...command.slice(1)];
  }
}
