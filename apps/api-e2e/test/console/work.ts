import { expect, it } from 'vitest';

import type { LoggedIn } from '../client.ts';
import { reason, type ConsoleDesk } from './console-desk.ts';

const HELP = [
  ['End sessions', 'The sessions have ended.', 'accounts.end-sessions'],
  ['Send reset', 'The link is on its way.', 'accounts.send-reset'],
  ['Resend code', 'A code is on its way.', 'accounts.resend-code'],
  ['Unlock', 'The account is unlocked.', 'accounts.unlock'],
  ['Export', 'The export is downloaded.', 'accounts.export'],
] as const;

/** What operators do, besides finding and disabling. */
export function describeWork(given: () => { desk: ConsoleDesk; owner: LoggedIn }): void {
  it.each(HELP)('does on the page of an account: %s', async (action, done, operation) => {
    const { desk } = given();
    const id = await desk.signUpByEmail(`${operation}@example.com`);
    await desk.open(`/accounts/${id}`);
    await desk.press(`${action} …`);
    await desk.fill('Reason', reason);
    await desk.press(action);

    await expect.poll(() => desk.text('[role=status]')).toContain(done);
    const query = { resource_id: id, 'changes.operation.new': operation, outcome: 'success' };
    expect(await desk.collection('audit_log').countDocuments(query)).toBe(1);
  });

  it('replays a dead message', async () => {
    const { desk, owner } = given();
    await desk.storeDeadDelivery(owner.id);
    await desk.press('Deliveries', 'link');
    await expect.poll(() => desk.heading()).toBe('Deliveries');
    await desk.press('Replay announcement');
    await desk.fill('Reason', reason);
    await desk.press('Replay');

    await expect.poll(() => desk.text('main')).toContain('No message is dead.');
    await expect.poll(() => desk.focused()).toBe('SECTION');
  });

  it('runs a job, whose name it offers', async () => {
    const { desk } = given();
    await desk.press('Jobs', 'link');
    await expect.poll(() => desk.text('main')).toContain('jobs.health-check');
    await desk.press('Run a job …');
    const offered = await desk.page.$$eval('datalist option', (options) =>
      options.map(({ value }) => value),
    );
    expect(offered).toContain('jobs.health-check');
    await desk.fill('Job', 'jobs.health-check', 'combobox');
    await desk.fill('Payload, as JSON', '{');
    await desk.fill('Reason', reason);
    await desk.press('Run');
    await expect.poll(() => desk.text('[role=alert]')).toContain('the payload is not JSON');
    await desk.fill('Payload, as JSON', '{}');
    await desk.press('Run');

    await expect.poll(() => desk.text('[role=status]')).toContain('The job is queued.');
  });

  it('adds a webhook, shows its secret once, and changes it', async () => {
    const { desk } = given();
    await desk.press('Webhooks', 'link');
    await desk.press('Add webhook …');
    await desk.fill('Address', 'https://hooks.example.com/accounts');
    await desk.fill('Events', 'account.created');
    await desk.fill('Reason', reason);
    await desk.press('Add');
    await expect.poll(() => desk.text('[role=dialog] code')).toMatch(/^whsec_/);
    await desk.press('Close');
    await desk.press('Change: https://hooks.example.com/accounts');
    await desk.fill('Events', 'account.created account.erased');
    await desk.fill('Reason', reason);
    await desk.press('Change');

    await expect.poll(() => desk.text('main')).toContain('account.created, account.erased');
    expect(await desk.text()).not.toContain('whsec_');
  });

  it('says why a role cannot be created, and creates it under another name', async () => {
    const { desk } = given();
    const keys = desk.watchKeys('/roles');
    await desk.press('Roles', 'link');
    await desk.press('Create role …');
    await desk.fill('Name', 'support');
    await desk.fill('Reason', reason);
    await desk.press('Create');
    await expect.poll(() => desk.text('[role=alert]')).toContain('ROLE_ERR_03');
    await desk.fill('Name', 'readers');
    await desk.press('Create');

    await expect.poll(() => desk.text('main')).toContain('readers');
    // What the server decided is another act when it is corrected.
    expect(new Set(keys).size).toBe(2);
  });

  it('withdraws a contact that one asked for, and approves what another asked for', async () => {
    const { desk } = given();
    const graceId = await desk.signUpByEmail('grace.murray@example.com');
    const { id, token } = await desk.signUp('alan@example.com');
    await desk.post(`/admin/accounts/${id}/grant-role`, { reason, role: 'support' });
    const [own, other] = ['alan.turing@example.com', 'grace.hopper@example.com'];
    await desk.post(`/admin/accounts/${id}/contact-requests`, { reason, email: own });
    const asked = { reason, email: other };
    await desk.post(`/admin/accounts/${graceId}/contact-requests`, asked, token);
    await desk.open('/contacts');
    await expect.poll(() => desk.text('main')).toContain(own);
    const names = await desk.page.$$eval('main button', (buttons) =>
      buttons.map((button) => button.ariaLabel),
    );
    expect(names).toEqual([`Approve ${other}`, `Reject ${other}`, `Withdraw ${own}`]);
    await desk.press(`Withdraw ${own}`);
    await desk.fill('Reason', reason);
    await desk.press('Withdraw');
    await expect.poll(() => desk.text('[role=status]')).toContain('The change is withdrawn.');
    await expect.poll(() => desk.text('main')).not.toContain(own);
    await desk.press(`Approve ${other}`);
    await desk.fill('Reason', reason);
    await desk.press('Approve');
    await expect.poll(() => desk.text('main')).toContain('Nothing waits for approval.');

    await desk.open(`/accounts/${graceId}`);
    await expect.poll(() => desk.text('main')).toContain('done, can be undone until');
  });

  it('goes back to what was found, and closes a dialog on the way', async () => {
    const { desk } = given();
    await desk.open('/accounts?query=grace&state=');
    await desk.press('grace@example.com', 'link');
    await desk.press('Disable …');
    await desk.page.goBack();

    await expect.poll(() => desk.heading()).toBe('Accounts');
    await expect.poll(() => desk.text('table')).toContain('grace@example.com');
    expect(await desk.page.$('[role=dialog]')).toBeNull();
    expect(await desk.page.$eval('input[type=search]', (input) => input.value)).toBe('grace');
  });

  it('shows an account as it is after another operator changed it', async () => {
    const { desk, owner } = given();
    await desk.open(`/accounts/${owner.id}`);
    await desk.post(`/admin/accounts/${owner.id}/disable`, { reason });
    await desk.press('Send reset …');
    await desk.fill('Reason', reason);
    await desk.press('Send reset');
    await expect.poll(() => desk.text('[role=alert]')).toContain('_ERR_');
    await desk.press('Cancel');

    await expect.poll(() => desk.text('.facts')).toContain('disabled');
    await desk.post(`/admin/accounts/${owner.id}/enable`, { reason });
  });

  it('logs in by a code, too, and stays where one was', async () => {
    const { desk } = given();
    const { id } = await desk.signUp('rosa@example.com');
    await desk.post(`/admin/accounts/${id}/grant-role`, { reason, role: 'support' });
    await desk.endSession();
    await desk.open('/deliveries');
    await desk.page.locator('select').fill('email_code');
    await desk.fill('E-mail address', 'rosa@example.com');
    await desk.press('Send me a code');
    await expect.poll(() => desk.text('[role=status]')).toContain('A code is on its way');
    await desk.fill('Code by e-mail', await desk.readCode('rosa@example.com'));
    await desk.press('Log in');
    await expect.poll(() => desk.heading()).toBe('Deliveries');

    await desk.press('Log out');
    await desk.logIn(desk.admin);
  });
}
