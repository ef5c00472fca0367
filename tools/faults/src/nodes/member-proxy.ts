import { connect, createServer, type Socket } from 'node:net';

import { listen, LOOPBACK } from '@org/harness';

/** The port where the member that calls listens itself; undefined: a client calls. */
export type Caller = number | undefined;

/** Names a mongod that runs with test commands, in the first message of each of its connections. */
const CALLER_FIELD = Buffer.from('\u0002hostInfo\0');
const LENGTH_BYTES = 4;

/**
 * Stands before a member of a replica set and knows who calls, so that the member can be cut off
 * from some and not from others. A cut is silent, as in a network that loses every packet:
 * connections stay open, new ones seem to be accepted, and what was sent arrives once it is healed.
 */
export class MemberProxy {
  readonly #target: number;
  readonly #server = createServer((socket) => this.#accept(socket));
  readonly #links = new Set<Link>();
  #isCut: (caller: Caller) => boolean = () => false;

  /** @param target the port where the member listens */
  constructor(target: number) {
    this.#target = target;
  }

  /** @returns the port where it stands */
  open(): Promise<number> {
    return listen(this.#server);
  }

  /** From now on, nothing passes in either direction on connections of these callers. */
  cut(isCut: (caller: Caller) => boolean): void {
    this.#isCut = isCut;
    this.#apply();
  }

  heal(): void {
    this.cut(() => false);
  }

  close(): void {
    this.#server.close();
    this.#links.forEach((link) => link.close());
  }

  #accept(socket: Socket): void {
    const link = new Link(socket, this.#target, () => this.#apply());
    this.#links.add(link);
  }

  #apply(): void {
    for (const link of this.#links) {
      link.pass(link.hasIntroduced && !this.#isCut(link.caller));
      if (link.hasEnded) {
        this.#links.delete(link);
      }
    }
  }
}

/** One connection to a member. */
class Link {
  readonly #near: Socket;
  readonly #far: Socket;
  #isPassing = false;
  #caller: Caller;
  hasIntroduced = false;

  constructor(near: Socket, target: number, onIntroduced: () => void) {
    this.#near = near;
    this.#far = connect({ host: LOOPBACK, port: target, noDelay: true });
    near.setNoDelay(true);
    for (const socket of [near, this.#far]) {
      // Told by 'close'.
      socket.on('error', () => undefined);
      socket.once('close', () => this.#isPassing && this.close());
    }
    let first = Buffer.alloc(0);
    const introduce = (): void => {
      first = Buffer.concat([first, (near.read() as Buffer | null) ?? first.subarray(0, 0)]);
      if (isWhole(first)) {
        near.off('readable', introduce).unshift(first);
        this.#caller = readCaller(first);
        this.hasIntroduced = true;
        onIntroduced();
      }
    };
    near.on('readable', introduce);
  }

  get hasEnded(): boolean {
    return this.#near.destroyed && this.#far.destroyed;
  }

  get caller(): Caller {
    return this.#caller;
  }

  pass(passes: boolean): void {
    if (passes === this.#isPassing) {
      return;
    }
    this.#isPassing = passes;
    if (!passes) {
      this.#near.unpipe(this.#far).pause();
      this.#far.unpipe(this.#near).pause();
    } else if (this.#near.destroyed || this.#far.destroyed) {
      this.close();
    } else {
      this.#near.pipe(this.#far);
      this.#far.pipe(this.#near);
    }
  }

  close(): void {
    this.#near.destroy();
    this.#far.destroy();
  }
}

/** A message of MongoDB begins with its length. */
function isWhole(message: Buffer): boolean {
  return message.length >= LENGTH_BYTES && message.length >= message.readInt32LE(0);
}

/** A string of BSON is its type, its name, its length, and itself: `host:port`. */
export function readCaller(message: Buffer): Caller {
  const at = message.indexOf(CALLER_FIELD);
  if (at === -1) {
    return undefined;
  }
  const start = at + CALLER_FIELD.length + LENGTH_BYTES;
  const address = message.toString('utf8', start, message.indexOf(0, start));
  return Number(address.slice(address.lastIndexOf(':') + 1));
}
