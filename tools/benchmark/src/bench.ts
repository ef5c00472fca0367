import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startThrowawayMongod, type ThrowawayMongod } from '@org/local-mongodb';

import { bundleLimitServer } from './bundle-limit-server.ts';
import { ChildProcesses } from './servers/child-processes.ts';
import { findFreePort } from './servers/free-port.ts';
import { LOOPBACK } from './servers/http-client.ts';
import { RunningServer, ServerFailedError } from './servers/running-server.ts';
import { BUILD_SCRIPT, type ServerDefinition, type Side } from './servers/server-definition.ts';

/** Where both sides run: the same mongod, Node and machine. Nothing of it outlives this process. */
export class Bench {
  readonly #directory = mkdtempSync(join(tmpdir(), 'org-benchmark-'));
  readonly #processes = new ChildProcesses();
  readonly #secretKey = randomBytes(32).toString('base64');
  readonly #mongod: ThrowawayMongod;

  private constructor(mongod: ThrowawayMongod) {
    this.#mongod = mongod;
    process.once('exit', () => {
      this.#processes.killAll();
      rmSync(this.#directory, { recursive: true, force: true });
    });
  }

  /** @param report is told how the start gets on */
  static async open(report: (line: string) => void): Promise<Bench> {
    return new Bench(await startThrowawayMongod({ report }));
  }

  /** Bundles both sides as they are now. */
  async build(): Promise<void> {
    const logFile = join(this.#directory, 'build.log');
    const child = await this.#processes.spawn({
      arguments: [BUILD_SCRIPT],
      environment: {},
      directory: this.#directory,
      logFile,
    });
    const [exitCode] = (await once(child, 'exit')) as [number | null];
    if (exitCode !== 0) {
      throw new ServerFailedError(`${BUILD_SCRIPT} failed.`, logFile);
    }
    await bundleLimitServer();
  }

  /** Spawns a server; its first request waits until it listens. */
  async start({ side, arguments: arguments_ }: ServerDefinition): Promise<RunningServer> {
    const port = await findFreePort();
    const logFile = join(this.#directory, `${side}-${port}.log`);
    const spawnedAt = performance.now();
    const child = await this.#processes.spawn({
      arguments: arguments_,
      environment: this.#environmentOf(side, port),
      // Away from the workspace, where a developer may have an .env file.
      directory: this.#directory,
      logFile,
    });
    return new RunningServer({ child, port, logFile, spawnedAt });
  }

  /** Ends everything that runs; a throwaway mongod's data go with it. */
  async close(): Promise<void> {
    this.#processes.killAll();
    await this.#mongod.stop();
  }

  #environmentOf(side: Side, port: number): Record<string, string> {
    const uri = new URL(this.#mongod.uri);
    uri.pathname = `/${side}`;
    return {
      NODE_ENV: 'production',
      HOST: LOOPBACK,
      PORT: String(port),
      MONGODB_URI: uri.href,
      SECRET_KEY: this.#secretKey,
      // Longer than a run.
      ACCESS_TOKEN_TTL: '1h',
    };
  }
}
