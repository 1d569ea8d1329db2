import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CustomerDesk } from '../support/customer-desk.ts';

/**
 * Generated lives of customers: guests, registrations, changes of e-mail, orders at the same moment, crashes in the middle. Everybody
 * has the same name and postcode, so that nothing but the identity can tell them apart.
 */
const NAME = { firstName: 'John', lastName: 'Smith', postcode: '10001' };
const RUNS = Number(process.env.AR_BRIDGE_TEST_RUNS ?? 1_000);
const TIMEOUT_MS = 600_000;

/** What the test believes: which keys are one customer, and which accounts these have had. */
class Believed {
  private readonly groupOf = new Map<string, { accounts: Set<string> }>();

  group(key: string): { accounts: Set<string> } {
    const group = this.groupOf.get(key) ?? { accounts: new Set<string>() };
    this.groupOf.set(key, group);
    return group;
  }

  tie(a: string, b: string): void {
    const [one, other] = [this.group(a), this.group(b)];
    if (one === other) return;
    for (const account of other.accounts) one.accounts.add(account);
    for (const [key, group] of this.groupOf) if (group === other) this.groupOf.set(key, one);
  }

  all(): Set<string>[] {
    return [...new Set(this.groupOf.values())].map((group) => group.accounts);
  }
}

type Step =
  | { act: 'guest' | 'register' | 'buy' | 'buy-late' | 'rush'; person: number; mail: number; spelling: number; crash: number }
  | { act: 'restart' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({
      act: fc.constantFrom('guest', 'guest', 'register', 'buy', 'buy', 'buy-late', 'rush'),
      person: fc.nat(3),
      mail: fc.nat(2),
      spelling: fc.nat(3),
      crash: fc.constantFrom(9, 9, 9, 9, 0, 1, 2),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ act: 'restart' as const }) },
);

const SPELLINGS = [
  (email: string) => email,
  (email: string) => email.toUpperCase(),
  (email: string) => ` ${email} `,
  (email: string) => email.replace('mail', 'Mail'),
];

interface Shopper {
  id: number;
  /** Of the account in the store; null before they registered. */
  mail: string | null;
  mails: string[];
}

describe('any life of customers', () => {
  it(
    'never gives one customer two accounts, nor two customers one',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
          const desk = new CustomerDesk();
          const believed = new Believed();
          const people = [1, 2, 3, 4].map((id): Shopper => ({ id, mail: null, mails: [] }));
          const check = (key: string, account: string) => {
            expect(account).toMatch(/^\d+$/);
            const { accounts } = believed.group(key);
            if (accounts.size > 0) expect([...accounts]).toContain(account);
            accounts.add(account);
          };
          for (const each of steps) {
            if (each.act === 'restart') {
              desk.forget();
              continue;
            }
            const person = people[each.person];
            if (!person) continue;
            const mail = `mail${each.mail}.of${person.id}@example.org`;
            const spell = SPELLINGS[each.spelling] ?? String;
            const user = `user:${person.id}`;
            desk.directory.dieAfter = each.crash === 9 ? null : each.crash;
            const guest = () => desk.account({ ...NAME, email: spell(mail) });
            const buy = (email: string) => desk.account({ ...NAME, email: spell(email), id: person.id });
            const accounts: [string, Promise<string>][] = [];
            if (each.act === 'guest') accounts.push([mail, guest()]);
            if (each.act === 'register') {
              person.mail = mail;
              person.mails.push(mail);
              believed.tie(user, mail);
              await desk.profile(person.id, { ...NAME, email: spell(mail) });
            }
            if (person.mail === null) {
              if (each.act !== 'guest') continue;
            } else if (each.act === 'buy') accounts.push([user, buy(person.mail)]);
            // The shop remembers a profile for minutes: an order may bring the e-mail of before.
            else if (each.act === 'buy-late') accounts.push([user, buy(person.mails.at(-2) ?? person.mail)]);
            else if (each.act === 'rush') {
              const now = person.mail;
              accounts.push([user, buy(now)], [now, desk.account({ ...NAME, email: now })], [user, buy(now)]);
              await desk.profile(person.id, { ...NAME, email: now });
            }
            const ended = await Promise.all(accounts.map(([, pending]) => pending));
            desk.directory.dieAfter = null;
            // A process that died half-way takes the orders up again when it is back.
            if (ended.includes('oracle.no_answer')) desk.forget();
            for (const [at, [key]] of accounts.entries()) {
              const again = () => (key === user && person.mail ? buy(person.mail) : desk.account({ ...NAME, email: key }));
              check(key, ended[at] === 'oracle.no_answer' ? await again() : (ended[at] ?? ''));
            }
          }
          const groups = believed.all();
          const used = groups.flatMap((accounts) => [...accounts]);
          expect(new Set(used).size).toBe(used.length); // no account with two customers
          expect(desk.directory.accounts().toSorted()).toEqual(used.toSorted()); // none that nobody has
          const several = groups.filter((accounts) => accounts.size > 1).length;
          if (several === 0) expect(desk.store.customers.mergeHints(10).filter((hint) => hint.why === 'e-mail')).toEqual([]);
          await desk.store.close();
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT_MS,
  );

  it(
    'never gives two store customers one account, and never moves one, although e-mails go from hand to hand',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
          const desk = new CustomerDesk();
          const mails = new Map<number, string>();
          const accountOf = new Map<number, string>();
          /** Whoever is asked says: that is somebody new. */
          const account = async (order: ReturnType<CustomerDesk['orderOf']>) => {
            const first = await desk.account(order);
            if (/^\d+$/.test(first)) return first;
            expect(['customer.claimed', 'customer.name_only', 'customer.ambiguous']).toContain(first);
            await desk.decide(order.id, 'create');
            return desk.account(order);
          };
          for (const each of steps) {
            if (each.act === 'restart') {
              desk.forget();
              continue;
            }
            const id = each.person + 1;
            const email = `mail${each.mail}@example.org`;
            const taken = [...mails].some(([other, mail]) => other !== id && mail === email);
            if (each.act === 'guest') await account(desk.orderOf({ ...NAME, email }));
            else if (each.act === 'register') {
              if (taken) continue; // WordPress gives an e-mail to one user at a time
              mails.set(id, email);
              // The last job of a change may come late, after another customer has taken the e-mail.
              if (each.crash === 9) await desk.profile(id, { ...NAME, email });
            } else if (mails.has(id)) {
              const bought = await account(desk.orderOf({ ...NAME, email: mails.get(id) ?? '', id }));
              expect(bought).toMatch(/^\d+$/);
              expect(accountOf.get(id) ?? bought).toBe(bought);
              accountOf.set(id, bought);
            }
          }
          expect(new Set(accountOf.values()).size).toBe(accountOf.size);
          await desk.store.close();
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT_MS,
  );
});
