import { AccountService } from '@org/account';
import { systemClock } from '@org/core';
import { JobService } from '@org/jobs';
import { expect, it } from 'vitest';

import { anonymous, CHEAP_HASHING, createServices } from './services.ts';

it('has its jobs run by the queue of @org/jobs', async () => {
  const services = await createServices();
  const { database } = services.throwaway;
  const jobs = JobService.create({ database, audit: services.audit });
  const accounts = AccountService.create({
    ...services,
    clock: systemClock,
    database,
    jobs,
    settings: { passwordHashing: CHEAP_HASHING },
  });
  accounts.registerJobs(jobs);
  await jobs.initialize();
  const form = { firstName: '', lastName: '', username: 'ada@example.com' };
  await accounts.createAccountByUsernameAndPassword(
    { ...form, password: 'analytical engine' },
    anonymous,
  );

  await accounts.requestPasswordReset({ username: form.username }, anonymous);
  await jobs.start();

  await expect.poll(() => services.collection('password_reset_tokens').countDocuments()).toBe(1);
  await jobs.stop();
  await services.throwaway.remove();
});
