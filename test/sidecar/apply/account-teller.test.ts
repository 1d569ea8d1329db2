import { describe, expect, it, onTestFinished } from 'vitest';
import { AccountTeller, type CustomerAccounts } from '../../../sidecar/apply/account-teller.ts';
import { Privacy } from '../../../sidecar/apply/privacy.ts';
import { EndpointUnavailable } from '../../../sidecar/domain/brake.ts';
import { err, ok, type Result, retryable } from '../../../sidecar/domain/failures.ts';
import type { Setup } from '../../../sidecar/domain/setup.ts';
import { CustomerDesk } from '../support/customer-desk.ts';

const ADA = { id: 12, email: 'ada@example.org' };
const BOB = { id: 13, email: 'bob@example.org' };
const vat = (number: string) => ({ meta: [{ key: '_vat_number', value: number }] });
const away = err(retryable('store.unavailable', 'The store is away.', { endpoint: true }));

/** A desk whose accounts are told to a store that answers as `answers` says, then well. */
function told(answers: (Result<void> | Error)[] = [], customers: Partial<Setup['customers']> = {}) {
  const desk = new CustomerDesk(customers);
  const heard: { id: number; accountNumbers: string[] }[][] = [];
  const errors: unknown[] = [];
  const failures: string[] = [];
  let during: () => Promise<void> = async () => {};
  const plugin: CustomerAccounts = {
    async tellAccounts(customers) {
      const answer = answers.shift() ?? ok(undefined);
      if (answer instanceof Error) throw answer;
      if (answer.ok) heard.push(customers);
      await during();
      return answer;
    },
  };
  let paired = true;
  const teller = new AccountTeller({
    store: desk.store,
    plugin: () => (paired ? plugin : null),
    trail: desk.trail,
    retryMs: 10,
    onError: (error) => errors.push(error),
    onFailure: (message) => failures.push(message),
  });
  onTestFinished(() => teller.stop());
  const quiet = async () => {
    for (let before = -1; before !== heard.length; ) {
      before = heard.length;
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    return heard;
  };
  return {
    desk,
    teller,
    quiet,
    errors,
    failures,
    pair: (now: boolean) => {
      paired = now;
    },
    whileTold: (act: () => Promise<void>) => {
      during = async () => {
        during = async () => {};
        await act();
      };
    },
  };
}

describe('the account number of a customer', () => {
  it('is told to the store once, and again when it changes or goes', async () => {
    const { desk, teller, quiet } = told();
    const account = await desk.account(ADA);
    await desk.account({ email: 'guest@example.org' });
    teller.nudge();
    teller.nudge();
    expect(await quiet()).toEqual([[{ id: 12, accountNumbers: [account] }]]);
    await desk.account(ADA);
    teller.nudge();
    expect(await quiet()).toHaveLength(1);

    const other = desk.directory.plant({ name: 'A. Byron' });
    const { links } = desk.tools();
    await links.link('user:12', other, 'maria', desk.trail);
    teller.nudge();
    expect((await quiet()).at(-1)).toEqual([{ id: 12, accountNumbers: [other] }]);
    await links.unlink('user:12', 'maria');
    teller.nudge();
    expect((await quiet()).at(-1)).toEqual([{ id: 12, accountNumbers: [] }]);
  });

  it('is told again until the store has taken it', async () => {
    const { desk, teller, quiet, errors, failures } = told([away, new EndpointUnavailable('The plugin', 1000), away]);
    const account = await desk.account(ADA);
    teller.nudge();
    await expect.poll(quiet).toEqual([[{ id: 12, accountNumbers: [account] }]]);
    expect(failures).toEqual(['The store is away.', 'The store is away.']);
    expect(errors).toEqual([]);
  });

  it('that changes while it is told is told next', async () => {
    const { desk, teller, quiet, whileTold } = told();
    const account = await desk.account(ADA);
    const other = desk.directory.plant({ name: 'A. Byron' });
    whileTold(async () => {
      await desk.tools().links.link('user:12', other, 'maria', desk.trail);
      teller.nudge();
    });
    teller.nudge();
    await expect.poll(quiet).toEqual([[{ id: 12, accountNumbers: [account] }], [{ id: 12, accountNumbers: [other] }]]);
  });

  it('waits for a pairing, and is told to a shop that is paired anew', async () => {
    const { desk, teller, quiet, pair } = told();
    const account = await desk.account(ADA);
    pair(false);
    teller.nudge();
    expect(await quiet()).toEqual([]);
    pair(true);
    await teller.startOver();
    expect(await quiet()).toHaveLength(1);
    await teller.startOver();
    expect((await quiet()).flat()).toEqual([
      { id: 12, accountNumbers: [account] },
      { id: 12, accountNumbers: [account] },
    ]);
  });

  it('of many customers goes a hundred at a time', async () => {
    const { desk, teller, quiet } = told();
    for (let id = 1; id <= 130; id += 1) await desk.account({ id, email: `${id}@example.org`, lastName: `N${id}` });
    teller.nudge();
    expect((await quiet()).map((batch) => batch.length)).toEqual([100, 30]);
  });
});

describe('the account of a company', () => {
  const byVat = { companiesBy: 'vat-number' as const };

  it('is told to the customer who buys for it, and to their colleague, once each', async () => {
    const { desk, teller, quiet } = told([], byVat);
    const company = await desk.account(desk.orderOf(ADA, vat('DE811569869')));
    teller.nudge();
    expect(await quiet()).toEqual([[{ id: 12, accountNumbers: [company] }]]);
    await desk.account(desk.orderOf(ADA, vat('DE811569869')));
    await desk.account(desk.orderOf(BOB, vat('DE 811 569 869')));
    await desk.account(desk.orderOf({ email: 'guest@example.org' }, vat('DE811569869')));
    teller.nudge();
    expect((await quiet()).slice(1)).toEqual([[{ id: 13, accountNumbers: [company] }]]);
  });

  it('stands beside their own and those of other companies, in an order that no later order moves', async () => {
    const { desk, teller, quiet } = told([], byVat);
    const one = await desk.account(desk.orderOf(ADA, vat('DE811569869')));
    const two = await desk.account(desk.orderOf({ ...ADA, company: 'Two' }, vat('DE111222333')));
    const own = await desk.account(desk.orderOf(ADA));
    await desk.account(desk.orderOf(ADA, vat('DE811569869')));
    teller.nudge();
    expect(new Set([one, two, own]).size).toBe(3);
    expect(await quiet()).toEqual([[{ id: 12, accountNumbers: [own, one, two] }]]);
    expect(desk.store.customers.boughtFor(12).map((row) => row.account?.accountNumber)).toEqual([one, two]);
    const found = desk.store.customers.list({ show: 'all', search: '#12', limit: 9, offset: 0 });
    expect(found.rows.map((row) => row.account?.accountNumber).sort()).toEqual([own, one, two].sort());
  });

  it('is told anew to all who buy for it when a person links it to another, and goes with an unlink', async () => {
    const { desk, teller, quiet } = told([], byVat);
    for (const buyer of [ADA, BOB]) await desk.account(desk.orderOf(buyer, vat('DE811569869')));
    const other = desk.directory.plant({ name: 'Analytical Engines' });
    const { links } = desk.tools();
    const company = desk.identities.vat('DE811569869');
    await links.link(company, other, 'maria', desk.trail);
    teller.nudge();
    const both = (accountNumbers: string[]) => [12, 13].map((id) => ({ id, accountNumbers }));
    expect(await quiet()).toEqual([both([other])]);
    await links.unlink(company, 'maria');
    teller.nudge();
    expect((await quiet()).at(-1)).toEqual(both([]));
  });

  it('is told once a profile says who they buy for and the account is known', async () => {
    const { desk, teller, quiet } = told([], byVat);
    const company = await desk.account(desk.orderOf(BOB, vat('DE811569869')));
    await desk.profile(12, ADA, [{ key: 'vat_number', value: 'DE811569869' }]);
    teller.nudge();
    expect((await quiet()).flat()).toContainEqual({ id: 12, accountNumbers: [company] });
  });
});

describe('the account number', () => {
  it('of an account that the set-up shares, or a rule gives to whoever bought, is nobody’s', async () => {
    const { desk, teller, quiet } = told([], { registered: 'shared', sharedAccounts: [{ accountNumber: '40027' }] });
    expect(await desk.account(ADA)).toBe('40027');
    await desk.work.billTo(desk.orderOf(BOB), desk.setup, desk.trail, { accountNumber: '40099' });
    teller.nudge();
    expect(await quiet()).toEqual([]);
  });

  it.each(['erased', 'deleted'])(
    'of a customer who was %s is not told, also to a shop that is paired anew, until they buy again',
    async (how) => {
      const { desk, teller, quiet } = told([], { companiesBy: 'vat-number' });
      const own = await desk.account(ADA);
      const company = await desk.account(desk.orderOf(ADA, vat('DE811569869')));
      const { links } = desk.tools();
      if (how === 'deleted') await desk.work.gone(12);
      else {
        const { store, identities, work, setup, nowMs } = desk;
        const privacy = new Privacy({ store, identities, work, setup: () => setup, nowMs: () => nowMs });
        await privacy.erase({ email: ADA.email, customerIds: [12] });
      }
      await teller.startOver();
      expect(await quiet()).toEqual([]);
      const other = desk.directory.plant({ name: 'Analytical Engines' });
      await links.link(desk.identities.vat('DE811569869'), other, 'maria', desk.trail);
      teller.nudge();
      expect(await quiet()).toEqual([]);

      expect(company).not.toBe(own);
      expect(await desk.account(ADA)).toBe(own);
      teller.nudge();
      expect(await quiet()).toEqual([[{ id: 12, accountNumbers: [own] }]]);
    },
  );

  it('of a company goes with its erased buyer, who has no account of their own', async () => {
    const { desk, teller, quiet } = told([], { companiesBy: 'vat-number' });
    await desk.account(desk.orderOf(ADA, vat('DE811569869')));
    const { store, identities, work, setup, nowMs } = desk;
    const privacy = new Privacy({ store, identities, work, setup: () => setup, nowMs: () => nowMs });
    await privacy.erase({ email: ADA.email, customerIds: [12] });
    await desk.profile(12, ADA, [{ key: 'vat_number', value: 'DE811569869' }]);
    teller.nudge();
    expect(await quiet()).toEqual([]);
  });
});
