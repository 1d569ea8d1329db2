import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Identities } from '../../../sidecar/apply/customer-identity.ts';
import { CustomerWork } from '../../../sidecar/apply/customer-work.ts';
import { expectOk } from '../../../sidecar/domain/failures.ts';
import type { Setup } from '../../../sidecar/domain/setup.ts';
import { openStore } from '../../../sidecar/store/store.ts';
import { closePod, control, PROFILES, world } from '../oracle/pod.ts';
import { NOON } from '../oracle/seed.ts';
import { IDENTITY_KEY } from '../support/customer-desk.ts';
import { testFolder } from '../support/folder.ts';
import { order, SETUP } from '../support/orders.ts';

afterEach(closePod);

const OWN: Setup = { ...SETUP, customers: { ...SETUP.customers, guests: 'own', createAt: 'registration' } };
const guest = (id: number) => order({ id, number: String(id) });
const registered = { ...order().customer, id: 12 };

const switches = PROFILES.flatMap((profile) =>
  (['address', 'soap'] as const).map((partySiteBy) => [profile, partySiteBy] as const),
);

/** The whole work on customers: its database on disk, Oracle over HTTP. `restart` is a new process on the same file. */
async function desk(profile: (typeof PROFILES)[number], partySiteBy: 'address' | 'soap') {
  const { oracle, trail } = await world(profile, {}, { switches: { partySiteBy } });
  const path = join(testFolder(), 'test.db');
  const open = () => {
    const store = openStore(path, () => NOON);
    const identities = new Identities(IDENTITY_KEY);
    const work = new CustomerWork({ store, directory: oracle.customers, identities, nowMs: () => NOON });
    return { store, work };
  };
  let now = open();
  return {
    bill: (id: number) => now.work.billTo(guest(id), OWN, trail),
    profile: () => now.work.follow(registered, order().billing, OWN, trail),
    restart: async () => {
      await now.store.close();
      now = open();
    },
    close: () => now.store.close(),
    held: async () => {
      const found = expectOk(await oracle.customers.findByEmail('ada@example.org', trail));
      return found.map((match) => match.account?.accountNumber);
    },
    accountOfUser: () => now.store.customers.account('user:12')?.accountNumber,
  };
}

describe.each(switches)('on release %s with party sites by %s', (profile, partySiteBy) => {
  it.each(['hangup-after-commit', 'hangup-before-commit'])(
    'a customer who is killed at any request by %s, registers and buys twice at once has one account',
    async (fault) => {
      for (let request = 1; ; request += 1) {
        const { bill, profile: follow, restart, held, accountOfUser, close } = await desk(profile, partySiteBy);
        // From this request on Oracle says nothing more: as far as it knows, the process died here.
        await control('POST', 'faults', { fault, route: '*', after: request - 1 });
        await control('POST', 'faults', { fault: 'hangup-before-commit', route: '*', after: request - 1, count: 0 });
        const killed = await bill(1);
        await restart();
        await control('DELETE', 'faults');
        const done = await Promise.all([follow(), bill(1), bill(2)]);
        const [, first, second] = [expectOk<unknown>(done[0]), expectOk(done[1]), expectOk(done[2])];
        expect([second.accountNumber, accountOfUser()], `request ${request}`).toEqual([first.accountNumber, first.accountNumber]);
        expect(await held(), `request ${request}`).toEqual([first.accountNumber]);
        await close();
        await closePod();
        if (killed.ok) {
          expect(request).toBeGreaterThan(8); // it did die everywhere on the way
          return;
        }
      }
    },
    120_000,
  );
});
