import {
  aspNetIdentityVerifier,
  bcryptVerifier,
  betterAuthVerifier,
  createFirebaseVerifier,
  defaultPasswordVerifiers,
  djangoVerifier,
  type PasswordVerifier,
} from '@org/account';
import { describe, expect, it, vi } from 'vitest';

import { PasswordHasher } from '../src/internal/password/password-hasher.ts';
import { ada, anonymous, createServices } from './services.ts';

/** The project of https://github.com/firebase/scrypt. */
const firebaseProject = {
  signerKey:
    'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==',
  saltSeparator: 'Bw==',
  rounds: 8,
  memoryCost: 14,
};
const firebaseVerifier = createFirebaseVerifier(firebaseProject);
const FIREBASE_HASH =
  '$firebase-scrypt$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==';
/** Of "analytical engine", and of "finds it", made by hashlib of Python. */
const BETTER_AUTH_SALT = '1c50892c354da5b23ec3b5007649bc6e';
const BETTER_AUTH_HASH = `${BETTER_AUTH_SALT}:cfe9844f65788774bf016d2965b9e4ba294e5ebd428fa2a21b8d1ce915d28a50460cdba8425f492da44588703ddad7d88ee96552ba07c7a6b431115786b63ded`;
const BETTER_AUTH_NFKC_HASH = `${BETTER_AUTH_SALT}:90c2a52ed1b94b3590bd2fd3b2cba3b5685b1b327b8638a612e7a425e459a6e743aed5ca801c02f09a609e6d82721ba0a6d3029a9da327151b6ea74fc4dcfe00`;
/** From Django's own tests. */
const DJANGO_HASH = 'pbkdf2_sha256$20000$seasalt$oBSd886ysm3AqYun62DOdin8YcfbU1z9cksZSuLP9r0=';
/** From ASP.NET Core's own tests: SHA-1, SHA-256 with a salt of 32 bytes, SHA-512 with a key of 64. */
const ASP_NET_HASHES = [
  'AQAAAAAAAAD6AAAAEAhftMyfTJylOlZT+eEotFXd1elee8ih5WsjXaR3PA9M',
  'AQAAAAEAA9CQAAAAIESkQuj2Du8Y+kbc5lcN/W/3NiAZFEm11P27nrSN5/tId+bR1SwV8CO1Jd72r4C08OLvplNlCDc3oQZ8efcW+jQ=',
  'AQAAAAIAAAD6AAAAIJbVi5wbMR+htSfFp8fTw8N8GOS/Sje+S/4YZcgBfU7EQuqv4OkVYmc4VJl9AGZzmRTxSkP7LtVi9IWyUxX8IAAfZ8v+ZfhjCcudtC1YERSqE1OEdXLW9VukPuJWBBjLuw==',
] as const;
/** From the manual of PHP's password_verify. */
const PHP_HASH = '$2y$10$.vGA1O9wmRjrwAVXD98HNOgsNpDczlqm3Jq7KnEd1rVAGv3Fykk1a';

const known: readonly (readonly [PasswordVerifier, string, string])[] = [
  [bcryptVerifier, 'rasmuslerdorf', PHP_HASH],
  [betterAuthVerifier, 'analytical engine', BETTER_AUTH_HASH],
  [djangoVerifier, 'lètmein', DJANGO_HASH],
  ...ASP_NET_HASHES.map((hash) => [aspNetIdentityVerifier, 'my password', hash] as const),
  [firebaseVerifier, 'user1password', FIREBASE_HASH],
];

describe.each(known.map(([verifier, password, hash]) => ({ verifier, password, hash })))(
  '$verifier.name with $hash',
  ({ verifier, password, hash }) => {
    it('verifies the password and no other one', async () => {
      expect(verifier.accepts(hash)).toBe(true);
      expect(await verifier.verify(password, hash)).toBe(true);
      expect(await verifier.verify(`${password}z`, hash)).toBe(false);
      expect(await verifier.verify('', hash)).toBe(false);
    });

    it('is accepted by no other verifier', () => {
      const others = known.filter(([{ name }]) => name !== verifier.name);

      expect(others.filter(([other]) => other.accepts(hash))).toEqual([]);
    });
  },
);

describe('betterAuthVerifier', () => {
  it('normalises the password, up to a length', async () => {
    const normalize = vi.spyOn(String.prototype, 'normalize');

    expect(await betterAuthVerifier.verify('\ufb01nds it', BETTER_AUTH_NFKC_HASH)).toBe(true);
    expect(normalize).toHaveBeenCalledTimes(1);
    expect(await betterAuthVerifier.verify('x'.repeat(1_025), BETTER_AUTH_HASH)).toBe(false);
    expect(normalize).toHaveBeenCalledTimes(1);
    normalize.mockRestore();
  });
});

/** By ASP.NET's layout. */
function aspNetHash(fields: { prf?: number; iterations?: number; salt?: number; key?: number }) {
  const { prf = 1, iterations = 100_000, salt = 16, key = 32 } = fields;
  const header = Buffer.alloc(13, 1);
  [prf, iterations, salt].forEach((field, index) => header.writeUInt32BE(field, 1 + 4 * index));
  return Buffer.concat([header, Buffer.alloc(Math.min(salt, 64) + key, 7)]).toString('base64');
}

describe('a stored hash', () => {
  const hasher = new PasswordHasher({ memoryKibibytes: 8, iterations: 1 });
  const [, , , djangoKey] = DJANGO_HASH.split('$');

  it.each([
    ['of Better Auth that was cut', BETTER_AUTH_HASH.slice(0, -1)],
    ['of Better Auth in capitals', BETTER_AUTH_HASH.toUpperCase()],
    ['of Django with too many iterations', `pbkdf2_sha256$3000001$seasalt$${djangoKey}`],
    ['of Django with endless iterations', `pbkdf2_sha256$99999999999$seasalt$${djangoKey}`],
    ['of Django with no iterations', `pbkdf2_sha256$0$seasalt$${djangoKey}`],
    ['of Django without a salt', `pbkdf2_sha256$20000$$${djangoKey}`],
    ['of Django with a longer key', `pbkdf2_sha256$20000$seasalt$AAAA${djangoKey}`],
    ['of Django with another digest', `pbkdf2_md5$20000$seasalt$${djangoKey}`],
    ['of ASP.NET with too many iterations', aspNetHash({ iterations: 3_000_001 })],
    [
      'of ASP.NET with many iterations of many blocks',
      aspNetHash({ prf: 0, iterations: 2_000_000 }),
    ],
    ['of ASP.NET with no iterations', aspNetHash({ iterations: 0 })],
    ['of ASP.NET with another digest', aspNetHash({ prf: 3 })],
    ['of ASP.NET with a salt beyond its end', aspNetHash({ salt: 4_294_967_295 })],
    ['of ASP.NET with a short salt', aspNetHash({ salt: 15, key: 48 })],
    ['of ASP.NET with a short key', aspNetHash({ salt: 32, key: 15 })],
    ['of ASP.NET with nothing but a header', aspNetHash({ salt: 0, key: 0 })],
    ['of ASP.NET, version 2', `AA${aspNetHash({}).slice(2)}`],
    ['of Firebase, whose project it does not know', FIREBASE_HASH],
    ['of PHP with a cost of 15', PHP_HASH.replace('$10$', '$15$')],
  ])('%s is not verifiable, and a wrong password', async (_what, hash) => {
    expect(hasher.isVerifiable(hash)).toBe(false);
    expect(await hasher.compare('my password', hash)).toBe(false);
  });

  it('with the costs that frameworks use, or will soon, is verifiable', () => {
    expect(hasher.isVerifiable(aspNetHash({ prf: 2, iterations: 600_000 }))).toBe(true);
    expect(hasher.isVerifiable(`pbkdf2_sha256$1500000$seasalt$${djangoKey}`)).toBe(true);
    expect(hasher.isVerifiable(PHP_HASH.replace('$10$', '$14$'))).toBe(true);
  });
});

describe(createFirebaseVerifier, () => {
  it.each([
    ['rounds', { rounds: 9 }],
    ['memoryCost', { memoryCost: 15 }],
    ['memoryCost', { memoryCost: 1.5 }],
    ['signerKey', { signerKey: '' }],
  ])('refuses %s that Firebase does not have', (name, wrong) => {
    expect(() => createFirebaseVerifier({ ...firebaseProject, ...wrong })).toThrow(name);
  });

  it('refuses a hash that was made with another key', async () => {
    const signerKey = Buffer.alloc(64, 1).toString('base64');
    const other = createFirebaseVerifier({ ...firebaseProject, signerKey });

    expect(await other.verify('user1password', FIREBASE_HASH)).toBe(false);
  });
});

describe("a verifier of one's own", () => {
  it('is asked within the limit of passwords that are hashed at a time', async () => {
    let running = 0;
    let mostRunning = 0;
    const own: PasswordVerifier = {
      name: 'own',
      accepts: (hash) => hash.startsWith('own:'),
      verify: async (password, hash) => {
        running += 1;
        mostRunning = Math.max(mostRunning, running);
        await Promise.resolve();
        running -= 1;
        return hash === `own:${password}`;
      },
    };
    const hasher = new PasswordHasher({ maximumConcurrency: 1 }, [own]);

    const compared = ['secret', 'wrong', 'secret'].map((password) =>
      hasher.compare(password, 'own:secret'),
    );

    expect(await Promise.all(compared)).toEqual([true, false, true]);
    expect(mostRunning).toBe(1);
    expect(hasher.isVerifiable(PHP_HASH)).toBe(false);
  });

  it('cannot take over what Argon2 verifies', async () => {
    const own = { name: 'own', accepts: () => true, verify: async () => true };
    const hasher = new PasswordHasher({ memoryKibibytes: 8, iterations: 1 }, [own]);

    expect(await hasher.compare('wrong', await hasher.hash('secret'))).toBe(false);
  });
});

describe('the hash of an account', () => {
  const hashes = known.map(([{ name }, password, hash]) => ({ name, password, hash }));

  it.each(hashes)('of $name is replaced at the first log-in', async ({ password, hash }) => {
    const services = await createServices({
      policies: { passwordVerifiers: [...defaultPasswordVerifiers, firebaseVerifier] },
    });
    const { accounts, throwaway } = services;
    await accounts.createAccountByUsernameAndPassword(ada, anonymous);
    const stored = services.collection<{ hashed_password: string }>('accounts');
    await stored.updateOne({}, { $set: { hashed_password: hash } });
    const logIn = (typed: string) =>
      accounts.getAccountByUsernameAndPassword(
        { username: ada.username, password: typed },
        anonymous,
      );

    await expect(logIn(`${password}z`)).rejects.toMatchObject({ code: 'ACCOUNT_ERR_03' });
    expect((await stored.findOne())!.hashed_password).toBe(hash);
    const { id } = await logIn(password);

    expect((await stored.findOne())!.hashed_password).toMatch(/^\$argon2id\$/);
    expect((await logIn(password)).id).toBe(id);
    await expect(logIn(`${password}z`)).rejects.toMatchObject({ code: 'ACCOUNT_ERR_03' });
    expect(services.warned).toEqual([]);
    await throwaway.remove();
  });
});
