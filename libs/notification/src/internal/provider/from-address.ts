export interface FromAddress {
  readonly name: string;
  readonly address: string;
}

const ADDRESS = /^[^\s@<>"(),:;[\]\\]+@([^\s@<>"(),:;[\]\\]+)$/;
const NAMED = /^([^<>\r\n]*)<([^<>\s]+)>$/;

/** @throws RangeError unless it is `Name <address>` or a bare address */
export function parseFromAddress(from: string): FromAddress {
  const named = NAMED.exec(from.trim());
  const name = named?.[1]?.trim().replace(/^"(.*)"$/, '$1') ?? '';
  const address = named?.[2] ?? from.trim();
  if (!ADDRESS.test(address)) {
    throw new RangeError(
      'The sender must be an e-mail address, or a name and <an e-mail address>.',
    );
  }
  return { name, address };
}

/** The `Message-ID` of a delivery, the same for each attempt (RFC 5322, 3.6.4). */
export function messageIdOf(deliveryId: string, { address }: FromAddress): string {
  const domain = ADDRESS.exec(address)?.[1] ?? '';
  return `<${deliveryId}@${domain}>`;
}
