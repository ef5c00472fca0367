import type { SignUpPolicy } from '@org/account';
import { defineError } from '@org/core';

import type { Fields } from './account-fields.js';

const DOMAINS = { chess: 'chess.example', rowing: 'rowing.example' };

export class NoMemberError extends defineError('CLUB_ERR_01', 403) {}

/** Only addresses of the club's own domain. */
export const signUpPolicy: SignUpPolicy<Fields> = (signUp) => {
  if (signUp.phoneNumber !== undefined) {
    throw new NoMemberError('Please sign up with the address that your club gave you.');
  }
  const { club = 'chess' } = signUp;
  const address = signUp.username === undefined ? signUp.emailAddress : signUp.username;
  if (!address.toLowerCase().endsWith(`@${DOMAINS[club]}`)) {
    throw new NoMemberError(`The ${club} club only takes addresses at ${DOMAINS[club]}.`);
  }
};
