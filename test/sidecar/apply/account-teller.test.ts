import { describe, expect, it, onTestFinished } from 'vitest';
import { AccountTeller, type CustomerAccounts } from '../../../sidecar/apply/account-teller.ts';
import { EndpointUnavailable } from '../../../sidecar/domain/brake.ts';
import { err, ok, type Result, retryable } from '../../../sidecar/domain/failures.ts';
import { CustomerDesk } from '../support/customer-desk.ts';

const ADA = { id: 12, email: 'ada@example.org' };
const away = err(retryable('store.unavailable', 'The store is away.', { endpoint: true }));

/** A desk whose accounts are told to a store that answers as `answers` says, then well. */
function told(answers: (Result<void> | Error)[] = []) {
  const desk = new CustomerDesk();
  const heard: { id: number; accountNumber: string | null }[][] = [];
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
    expect(await quiet()).toEqual([[{ id: 12, accountNumber: account }]]);
    await desk.account(ADA);
    teller.nudge();
    expect(await quiet()).toHaveLength(1);

    const other = desk.directory.plant({ name: 'A. Byron' });
    const { links } = desk.tools();
    await links.link('user:12', other, 'maria', desk.trail);
    teller.nudge();
    expect((await quiet()).at(-1)).toEqual([{ id: 12, accountNumber: other }]);
    await links.unlink('user:12', 'maria');
    teller.nudge();
    expect((await quiet()).at(-1)).toEqual([{ id: 12, accountNumber: null }]);
  });

  it('is told again until the store has taken it', async () => {
    const { desk, teller, quiet, errors, failures } = told([away, new EndpointUnavailable('The plugin', 1000), away]);
    const account = await desk.account(ADA);
    teller.nudge();
    await expect.poll(quiet).toEqual([[{ id: 12, accountNumber: account }]]);
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
    await expect.poll(quiet).toEqual([[{ id: 12, accountNumber: account }], [{ id: 12, accountNumber: other }]]);
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
      { id: 12, accountNumber: account },
      { id: 12, accountNumber: account },
    ]);
  });

  it('of many customers goes a hundred at a time', async () => {
    const { desk, teller, quiet } = told();
    for (let id = 1; id <= 130; id += 1) await desk.account({ id, email: `${id}@example.org`, lastName: `N${id}` });
    teller.nudge();
    expect((await quiet()).map((batch) => batch.length)).toEqual([100, 30]);
  });
});
