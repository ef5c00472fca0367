import { createDecipheriv, createECDH, hkdfSync, type ECDH } from 'node:crypto';

/** What a browser keeps of its subscription, and gives out of it. */
export interface BrowserKeys {
  readonly ecdh: ECDH;
  readonly authSecret: Buffer;
}

export function createBrowserKeys(authSecret: Buffer): BrowserKeys {
  const ecdh = createECDH('prime256v1');
  ecdh.generateKeys();
  return { ecdh, authSecret };
}

/** The keys as `PushSubscription.toJSON()` gives them. */
export function publicKeysOf({ ecdh, authSecret }: BrowserKeys): { p256dh: string; auth: string } {
  return { p256dh: ecdh.getPublicKey('base64url'), auth: authSecret.toString('base64url') };
}

/** Opens a message as a browser does: `aes128gcm` (RFC 8188) with the keys of RFC 8291. */
export function decryptPushMessage(body: Buffer, { ecdh, authSecret }: BrowserKeys): string {
  const salt = body.subarray(0, 16);
  const senderKey = body.subarray(21, 21 + body[20]!);
  const sealed = body.subarray(21 + senderKey.length);
  const keyInfo = Buffer.concat([Buffer.from('WebPush: info\0'), ecdh.getPublicKey(), senderKey]);
  const shared = ecdh.computeSecret(senderKey);
  const inputKey = Buffer.from(hkdfSync('sha256', shared, authSecret, keyInfo, 32));
  const derive = (info: string, length: number): Buffer =>
    Buffer.from(hkdfSync('sha256', inputKey, salt, info, length));
  const decipher = createDecipheriv(
    'aes-128-gcm',
    derive('Content-Encoding: aes128gcm\0', 16),
    derive('Content-Encoding: nonce\0', 12),
  );
  decipher.setAuthTag(sealed.subarray(-16));
  const padded = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
  return padded.subarray(0, padded.lastIndexOf(2)).toString();
}
