/** What the person who started the program reads when it is ready. */
export function describeReadiness(address: string): string {
  const json = `-H 'content-type: application/json'`;
  return [
    '',
    `The API is ready at ${address}`,
    '',
    'Sign up:',
    `  curl -s ${address}/api/accounts ${json} -d '{"first_name":"Ada","last_name":"Lovelace","username":"ada","password":"analytical-engine-1843"}'`,
    'Log in:',
    `  curl -s ${address}/api/access-tokens ${json} -d '{"username":"ada","password":"analytical-engine-1843"}'`,
    '',
    'Ctrl-C stops it.',
    '',
  ].join('\n');
}
