import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { downloadSources, localSources, storeAvailable } from './sources.ts';
import { packZip } from './zip.ts';

const WORDPRESS = { name: 'wordpress/wp-includes/version.php', text: `<?php\n$wp_version = '6.9.1';\n` };
const WOOCOMMERCE = {
  name: 'woocommerce/woocommerce.php',
  text: '<?php\n/**\n * Plugin Name: WooCommerce\n * Version: 10.5.2\n */\n',
};

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'store-sources-'));
  vi.stubEnv('XDG_CACHE_HOME', cache);
  for (const name of ['AR_BRIDGE_STORE', 'AR_BRIDGE_WORDPRESS_DIR', 'AR_BRIDGE_WOOCOMMERCE_DIR']) vi.stubEnv(name, undefined);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(cache, { recursive: true });
  });
});

function lay({ name, text }: { name: string; text: string }, below = join(cache, 'ar-bridge', 'store')): string {
  const file = join(below, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return join(below, name.split('/')[0] ?? '');
}

describe('local copies', () => {
  it('are found in the cache, with their versions', () => {
    lay(WORDPRESS);
    lay(WOOCOMMERCE);
    expect(localSources()).toMatchObject({ ok: true, wordpressVersion: '6.9.1', woocommerceVersion: '10.5.2' });
  });

  it('named by hand win over the cache', () => {
    lay(WORDPRESS);
    lay(WOOCOMMERCE);
    const own = lay({ ...WOOCOMMERCE, text: WOOCOMMERCE.text.replace('10.5.2', '11.0.0') }, join(cache, 'own'));
    vi.stubEnv('AR_BRIDGE_WOOCOMMERCE_DIR', own);
    expect(localSources()).toMatchObject({ woocommerce: own, woocommerceVersion: '11.0.0' });
  });

  it('that are missing may be downloaded, but not in place of a folder named by hand', () => {
    expect(localSources()).toMatchObject({ ok: false, reason: expect.stringContaining('no WordPress in'), mayDownload: true });
    lay(WORDPRESS);
    vi.stubEnv('AR_BRIDGE_WOOCOMMERCE_DIR', '/nowhere');
    expect(storeAvailable()).toEqual({ ok: false, reason: 'no WooCommerce in /nowhere (AR_BRIDGE_WOOCOMMERCE_DIR)' });
  });

  it('are not looked for when the store is switched off', () => {
    vi.stubEnv('AR_BRIDGE_STORE', 'none');
    expect(storeAvailable()).toEqual({ ok: false, reason: 'switched off by AR_BRIDGE_STORE=none' });
  });
});

describe('a download', () => {
  const zip = ({ name, text }: typeof WORDPRESS) => packZip([{ name, data: Buffer.from(text) }]);

  async function site(files: Record<string, Buffer>): Promise<{ url: string; asked: string[] }> {
    const asked: string[] = [];
    const server = createServer((request, reply) => {
      asked.push(request.url ?? '');
      const body = files[request.url ?? ''];
      reply.writeHead(body ? 200 : 404).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.close();
    });
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
  }

  it('lays both into the cache, once', async () => {
    const { url, asked } = await site({ '/wp.zip': zip(WORDPRESS), '/wc.zip': zip(WOOCOMMERCE) });
    const downloads = { wordpress: `${url}/wp.zip`, woocommerce: `${url}/wc.zip` };
    const lines: string[] = [];
    await downloadSources((line) => lines.push(line), downloads);
    await downloadSources((line) => lines.push(line), downloads);
    expect(localSources()).toMatchObject({ ok: true, wordpressVersion: '6.9.1', woocommerceVersion: '10.5.2' });
    expect(asked).toEqual(['/wp.zip', '/wc.zip']);
    expect(lines).toHaveLength(2);
  });

  it('that is refused or is no zip leaves nothing behind', async () => {
    const { url } = await site({ '/wc.zip': Buffer.from('<html>Sign in to the network</html>') });
    const quiet = () => {};
    await expect(downloadSources(quiet, { wordpress: `${url}/wp.zip`, woocommerce: '' })).rejects.toThrow('answered 404');
    await expect(downloadSources(quiet, { wordpress: `${url}/wc.zip`, woocommerce: '' })).rejects.toThrow('Not a zip archive');
    const store = join(cache, 'ar-bridge', 'store');
    expect(existsSync(store) ? readdirSync(store) : []).toEqual([]);
  });
});
