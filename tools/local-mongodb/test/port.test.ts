import { createServer, type AddressInfo } from 'node:net';

import { describe, expect, it, onTestFinished } from 'vitest';

import { PortInUseError } from '../src/index.ts';
import { choosePort } from '../src/start-local-mongod.ts';

async function occupyPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describe(choosePort, () => {
  it('takes the remembered port when it is free', async () => {
    const free = await choosePort(undefined, undefined);
    await expect(choosePort(undefined, free)).resolves.toBe(free);
  });

  it('takes another one when the remembered port is in use', async () => {
    const taken = await occupyPort();
    const port = await choosePort(undefined, taken);
    expect(port).not.toBe(taken);
    expect(port).toBeGreaterThan(0);
  });

  it('refuses a requested port that is in use, naming it', async () => {
    const taken = await occupyPort();
    const choice = choosePort(taken, undefined);
    await expect(choice).rejects.toThrow(PortInUseError);
    await expect(choice).rejects.toThrow(`127.0.0.1:${taken}: the port is in use`);
  });

  it('prefers the requested port to the remembered one', async () => {
    const [first, second] = [await choosePort(undefined, undefined), await occupyPort()];
    await expect(choosePort(first, second)).resolves.toBe(first);
  });
});
