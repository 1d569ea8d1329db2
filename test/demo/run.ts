import { seedCatalogue } from '../store/catalogue.ts';
import { payTheLateOrder, placeDemoOrders, refundDemoOrders } from '../store/demo-orders.ts';
import { storeAvailable } from '../store/store.ts';
import { DEMO_SETUP, demoRules } from './books.ts';
import { balances, printTable } from './landed.ts';
import { openStack } from './stack.ts';

export interface DemoOptions {
  profile: '26D' | '25D';
  once: boolean;
  stop: AbortSignal;
  say: (line: string) => void;
}

/** Runs the demo; the exit code. Whatever it started is ended when it returns or throws. */
export async function startDemo(options: DemoOptions): Promise<number> {
  const { say } = options;
  const available = storeAvailable();
  if (!available.ok) {
    say(`No real store can be had here: ${available.reason}`);
    const { startRecordedDemo } = await import('./recorded.ts');
    return startRecordedDemo(options);
  }
  say(
    `A real store on ${available.how === 'native-php' ? 'the PHP of this machine' : 'WordPress Playground; its requests take seconds'}`,
  );
  const stack = await openStack(options);
  try {
    const { store, page, sandbox } = stack;
    say('Catalogue');
    const catalogue = await seedCatalogue(store, (line) => say(`  ${line}`));
    await page.put('/connections/setup', { baseVersion: 0, setup: DEMO_SETUP });
    await page.put('/rules', { baseVersion: 0, rules: demoRules(catalogue) });
    say('Orders');
    const orders = await placeDemoOrders(store, catalogue, (line) => say(`  ${line}`));
    await stack.settled(orders);
    say('Refunds and a late payment');
    await refundDemoOrders(store, orders, (line) => say(`  ${line}`));
    await payTheLateOrder(store, orders, (line) => say(`  ${line}`));
    const rows = await stack.settled(orders);
    printTable(rows, say);
    const wrong = rows.filter((row) => !balances(row));
    for (const row of wrong) say(`Order ${row.order} does not balance: ${row.why}`);
    if (options.once) return wrong.length === 0 ? 0 : 1;
    say('');
    say(`Admin page   ${store.url}/wp-admin/admin.php?page=ar-bridge`);
    say(`Log in as    ${store.admin.user}, password ${store.admin.password}`);
    say(`Oracle       ${sandbox.url}/ shows the ledger`);
    say('Ctrl-C ends everything.');
    await new Promise<void>((resolve) => options.stop.addEventListener('abort', () => resolve(), { once: true }));
    return 0;
  } finally {
    await stack.close();
  }
}
