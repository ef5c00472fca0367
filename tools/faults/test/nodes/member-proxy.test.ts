import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

import { listen, LOOPBACK } from '@org/harness';
import { BSON } from 'mongodb';
import { describe, expect, it, onTestFinished } from 'vitest';

import { MemberProxy } from '../../src/nodes/member-proxy.ts';

/** A member that no test cuts off. */
const UNCUT = 27_019;

/** As a member, or without a port as a client, begins a connection. */
function makeHello(port?: number): Buffer {
  const hello = BSON.serialize({
    hello: 1,
    ...(port === undefined ? {} : { hostInfo: `host:${port}` }),
  });
  const length = Buffer.alloc(4);
  length.writeInt32LE(hello.length + length.length);
  return Buffer.concat([length, hello]);
}

/** Sends back what it gets. */
async function openEcho(): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  onTestFinished(() => void server.close());
  return listen(server);
}

async function openProxy() {
  const proxy = new MemberProxy(await openEcho());
  onTestFinished(() => proxy.close());
  return { proxy, port: await proxy.open() };
}

async function call(port: number, hello: Buffer): Promise<Socket> {
  const socket = connect({ host: LOOPBACK, port });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  socket.write(hello);
  return socket;
}

async function read(socket: Socket, bytes: number): Promise<Buffer> {
  for (;;) {
    const chunk = socket.read(bytes) as Buffer | null;
    if (chunk !== null) {
      return chunk;
    }
    await once(socket, 'readable');
  }
}

/** Whoever asks later is answered, and by then nothing has come to this one. */
async function expectNothing(socket: Socket, proxyPort: number): Promise<void> {
  const hello = makeHello(UNCUT);
  const other = await call(proxyPort, hello);
  await read(other, hello.length);
  expect(socket.read()).toBeNull();
}

describe(MemberProxy, () => {
  it('passes on what members and clients say, and the answers', async () => {
    const { port } = await openProxy();
    for (const hello of [makeHello(), makeHello(27_017)]) {
      const socket = await call(port, hello);
      await expect(read(socket, hello.length)).resolves.toEqual(hello);
    }
  });

  it.each([
    ['a member', makeHello(27_017), (caller?: number) => caller === 27_017],
    ['clients', makeHello(), (caller?: number) => caller === undefined],
  ])('cuts off %s and nobody else, until it is healed', async (_who, hello, isCut) => {
    const { proxy, port } = await openProxy();
    const before = await call(port, hello);
    await read(before, hello.length);

    proxy.cut(isCut);
    before.write('late');
    const during = await call(port, hello);
    await expectNothing(before, port);
    await expectNothing(during, port);

    proxy.heal();
    await expect(read(before, 4)).resolves.toEqual(Buffer.from('late'));
    await expect(read(during, hello.length)).resolves.toEqual(hello);
  });

  it('waits for the whole of the first message', async () => {
    const { proxy, port } = await openProxy();
    proxy.cut((caller) => caller === 27_018);
    const hello = makeHello(27_017);
    const socket = await call(port, hello.subarray(0, 20));
    await expectNothing(socket, port);
    socket.write(hello.subarray(20));
    await expect(read(socket, hello.length)).resolves.toEqual(hello);
  });
});
