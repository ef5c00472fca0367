const common = { tag: 'admin', access: 'account' } as const;

/** What all routes have that read. */
export const reading = { ...common, method: 'GET' } as const;

/** What all routes have that change something. */
export const changing = { ...common, method: 'POST', recent: true, isIdempotent: true } as const;
