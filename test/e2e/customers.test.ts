import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryTrail } from '../../sidecar/apply/trail.ts';
import { expectOk } from '../../sidecar/domain/failures.ts';
import { AuditPageSchema, CustomerPageSchema, OracleSearchSchema } from '../../sidecar/http/admin-contract.ts';
import { DEMO_SETUP, demoRules } from '../demo/books.ts';
import { openStack, type Stack } from '../demo/stack.ts';
import { oracleAt } from '../sidecar/oracle/fake-oracle.ts';
import { seedCatalogue } from '../store/catalogue.ts';
import { storeAvailable } from '../store/store.ts';
import { harnessMissing, launchBrowser } from './page/harness.ts';

/** Customers on a real store: who they are to the shop changes, who they are in Oracle does not. */
const available = storeAvailable();
const noStore = available.ok ? null : available.reason;
const shots = join(import.meta.dirname, '..', '..', 'test-output', 'screenshots');

const WAIT = { timeout: 90_000, interval: 500 };
const ADDRESS = { country: 'US', state: 'CA', city: 'Oakland', postcode: '94610', address_1: '1 Main St' };
const MIRA = { first_name: 'Mira', last_name: 'Okonkwo', ...ADDRESS };
const OLD_MAIL = 'mira@shopper.example';
const NEW_MAIL = 'mira.new@shopper.example';

describe.skipIf(noStore !== null)(
  noStore ? `customers on a real store [skipped: ${noStore}]` : 'customers on a real store',
  () => {
    let stack: Stack;
    let product: number;
    let account: string;
    let user: number;

    beforeAll(async () => {
      stack = await openStack({ profile: '26D', say: () => {} });
      const catalogue = await seedCatalogue(stack.store);
      product = catalogue.products['EQ-KETTLE'] ?? 0;
      const setup = { ...DEMO_SETUP, customers: { ...DEMO_SETUP.customers, guests: 'own' } };
      await stack.page.put('/connections/setup', { baseVersion: 0, setup });
      await stack.page.put('/rules', { baseVersion: 0, rules: demoRules(catalogue) });
    }, 300_000);
    afterAll(() => stack?.close(), 60_000);

    const buy = async (billing: object, customerId = 0): Promise<number> => {
      const order = await stack.store.rest<{ id: number }>('POST', '/orders', {
        ...{ status: 'processing', set_paid: true, payment_method: 'bacs', customer_id: customerId, billing },
        line_items: [{ product_id: product, quantity: 1 }],
      });
      return order.id;
    };
    const landing = async (id: number) => {
      await expect
        .poll(async () => (await stack.page.states([id]))[0]?.state, { ...WAIT, message: `order ${id}` })
        .toMatch(/posted|attention|rejected/);
      const { state, accountNumber, reason } = await stack.page.order(id);
      return { state, accountNumber, code: reason?.code };
    };
    const customers = async (search: string) =>
      CustomerPageSchema.parse(await stack.page.get(`/customers?search=${encodeURIComponent(search)}`)).customers;
    const accountsNamed = async (search: string) =>
      OracleSearchSchema.parse(await stack.page.get(`/customers/oracle?search=${encodeURIComponent(search)}`)).accounts.map(
        ({ number }) => number,
      );
    const told = () =>
      stack.store.php<string>("return (string) get_user_option( 'ar_bridge_account', $args['user'] );", { user });

    it('a guest gets an account of their own', async () => {
      const landed = await landing(await buy({ ...MIRA, email: OLD_MAIL }));
      expect(landed).toMatchObject({ state: 'posted', accountNumber: expect.stringMatching(/^\d+$/) });
      account = landed.accountNumber ?? '';
    }, 120_000);

    it('who registers with the same e-mail keeps it, and the store is told', async () => {
      ({ id: user } = await stack.store.rest<{ id: number }>('POST', '/customers', {
        ...{ email: OLD_MAIL, username: 'mira', password: 'a long password', first_name: 'Mira', last_name: 'Okonkwo' },
        billing: { ...MIRA, email: OLD_MAIL },
      }));
      expect(await landing(await buy({ ...MIRA, email: OLD_MAIL }, user))).toMatchObject({
        state: 'posted',
        accountNumber: account,
      });
      await expect.poll(told, WAIT).toBe(account);
    }, 120_000);

    it('who changes the e-mail keeps it, signed in and as a guest, under the old address and the new', async () => {
      await stack.store.rest('PUT', `/customers/${user}`, { email: NEW_MAIL, billing: { ...MIRA, email: NEW_MAIL } });
      const orders = [await buy({ ...MIRA, email: NEW_MAIL }, user)];
      expect(await landing(orders[0] ?? 0)).toMatchObject({ accountNumber: account });
      for (const email of [NEW_MAIL, OLD_MAIL, ` ${NEW_MAIL.toUpperCase()}`.trim()]) {
        expect(await landing(await buy({ ...MIRA, email })), email).toMatchObject({ state: 'posted', accountNumber: account });
      }
      expect(await accountsNamed('Mira Okonkwo')).toEqual([account]);
      expect(new Set((await customers('okonkwo')).map((each) => each.account?.number))).toEqual(new Set([account]));
    }, 240_000);

    it('nothing that the store is told comes back as news', async () => {
      const changes = () =>
        stack.store.php<number>(
          'global $wpdb; return (int) $wpdb->get_var( "SELECT COUNT(*) FROM {$wpdb->prefix}ar_bridge_outbox" );',
        );
      await expect.poll(changes, WAIT).toBe(0);
      let calls = 0;
      for (let before: number | null | undefined; before !== null; ) {
        const page = AuditPageSchema.parse(await stack.page.get(`/audit?kind=all&limit=200${before ? `&before=${before}` : ''}`));
        calls += page.entries.filter(({ operation }) => operation === 'tell accounts').length;
        before = page.nextBefore;
      }
      expect(calls).toBe(1);
    }, 120_000);

    it('two accounts of one company name are for a person to decide; a link by hand lets the order go on', async () => {
      const { credentials, url } = stack.sandbox;
      const oracle = oracleAt(url, {
        release: '26D',
        auth: { kind: 'oauth2', tokenUrl: `${url}/oauth2/v1/token`, ...credentials },
        setup: () => DEMO_SETUP,
      });
      const billing = {
        firstName: '',
        lastName: '',
        company: 'Twin Roasters',
        address1: '1 Main St',
        address2: '',
        phone: '',
        email: '',
      };
      const planted: string[] = [];
      for (const reference of ['LEGACY-1', 'LEGACY-2']) {
        const made = await oracle.customers.create(
          {
            ...{
              kind: 'organization',
              name: 'Twin Roasters',
              sourceSystem: 'WEBSTORE',
              sourceReference: reference,
              siteSetCode: 'COMMON',
            },
            store: { id: 0, email: '', firstName: '', lastName: '', company: 'Twin Roasters', role: null },
            billing: { ...billing, city: 'Oakland', state: 'CA', postcode: '94610', country: 'US' },
          },
          {},
          async () => {},
          memoryTrail(),
        );
        planted.push(expectOk(made).accountNumber);
      }
      oracle.close();

      const order = await buy({
        ...ADDRESS,
        first_name: 'Tom',
        last_name: 'Twin',
        company: 'TWIN  Roasters',
        email: 'tom@twin.example',
      });
      expect(await landing(order)).toMatchObject({ state: 'attention', code: 'customer.ambiguous', accountNumber: null });
      const [waiting] = await customers('tom@twin');
      expect(waiting?.problem?.candidates.map((each) => each.accountNumber).toSorted()).toEqual(planted.toSorted());
      const done = await stack.page.post(`/customers/${waiting?.id}/link`, { accountNumber: planted[1] });
      expect(done).toMatchObject({ released: 1, customer: { account: { number: planted[1] }, foundBy: 'person' } });
      await expect.poll(async () => (await stack.page.states([order]))[0]?.state, WAIT).toBe('posted');
      expect(await stack.page.order(order)).toMatchObject({ accountNumber: planted[1] });
      expect((await accountsNamed('Twin Roasters')).toSorted()).toEqual(planted.toSorted());
    }, 180_000);

    const noBrowser = harnessMissing();
    it.skipIf(noBrowser !== null)(
      noBrowser
        ? `shows the account where people look, and erases [skipped: ${noBrowser}]`
        : 'shows the account where people look, and lets the person go where WordPress erases them',
      async () => {
        mkdirSync(shots, { recursive: true });
        const browser = await launchBrowser();
        const page = await browser.newPage({ viewport: { width: 1360, height: 900 } });
        page.setDefaultTimeout(60_000);
        const complaints: string[] = [];
        page.on('pageerror', (error) => complaints.push(error.message));
        await page.goto(`${stack.store.url}/wp-login.php`);
        await page.getByLabel('Username').fill(stack.store.admin.user);
        await page.getByLabel('Password', { exact: true }).fill(stack.store.admin.password);
        await page.getByRole('button', { name: 'Log In' }).click();
        await page.waitForURL(/wp-admin/);
        await page.goto(`${stack.store.url}/wp-admin/user-edit.php?user_id=${user}`);
        await page.getByRole('link', { name: account, exact: true }).click();
        await page.getByRole('heading', { name: 'Mira Okonkwo' }).waitFor();
        await page.getByText('Billed to the same account').first().waitFor();
        await page.screenshot({ path: join(shots, 'customer.png'), fullPage: true });
        await page.getByRole('link', { name: 'All customers' }).click();
        await page.getByText('tom@twin.example').waitFor();
        await page.screenshot({ path: join(shots, 'customers.png'), fullPage: true });

        // Tools > Erase Personal Data, as an administrator uses it; WooCommerce keeps the orders themselves unless told otherwise.
        await stack.store.php("return wp_create_user_request( $args['email'], 'remove_personal_data', array(), 'confirmed' );", {
          email: NEW_MAIL,
        });
        await page.goto(`${stack.store.url}/wp-admin/erase-personal-data.php`);
        const request = page.getByRole('row').filter({ hasText: NEW_MAIL });
        await request.hover();
        await request.getByRole('button', { name: 'Erase personal data' }).first().click();
        await page.getByText(`the number of the customer account in Oracle (${account})`).waitFor();
        await page.screenshot({ path: join(shots, 'erased.png'), fullPage: true });
        expect(complaints).toEqual([]);
        await browser.close();

        expect(await customers('okonkwo')).toEqual([]);
        const kept = await customers(account);
        expect(kept.length).toBeGreaterThan(1);
        expect(kept.map(({ name, label, erased }) => [name, label, erased])).toEqual(kept.map(() => [null, null, true]));
        // What they buy next is billed to the same account.
        expect(await landing(await buy({ ...MIRA, email: OLD_MAIL }))).toMatchObject({ state: 'posted', accountNumber: account });
      },
      240_000,
    );
  },
);
