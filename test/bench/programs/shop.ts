import { type EndlessShopOptions, startEndlessShop } from '../support/endless-shop.ts';

const shop = await startEndlessShop(JSON.parse(process.argv[2] ?? '') as EndlessShopOptions);
process.stdout.write(`${shop.url}\n`);
