import type { Page } from 'playwright';
import type { Store } from '../store/store.ts';

/** Signs the store's administrator in, as a person does. */
export async function signIn(page: Page, store: Store): Promise<void> {
  await page.goto(`${store.url}/wp-login.php`);
  await page.getByLabel('Username').fill(store.admin.user);
  await page.getByLabel('Password', { exact: true }).fill(store.admin.password);
  await page.getByRole('button', { name: 'Log In' }).click();
  await page.waitForURL(/wp-admin/);
}
