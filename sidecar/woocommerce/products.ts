import type { Trail } from '../apply/ports.ts';
import { ok, type Result } from '../domain/failures.ts';
import type { LineFacts } from '../domain/order.ts';
import { type Cache, createCache } from './cache.ts';
import type { CallContext, StoreClient } from './client.ts';
import { PER_PAGE, readAll, readPage } from './paging.ts';
import { parseAnswer } from './parse-answer.ts';
import { CATEGORY_FIELDS, CategorySchema, PRODUCT_FIELDS, ProductSchema, type RestCategory } from './schemas.ts';

/** What rules may look at of a product. A variation has its parent's: categories and type belong to the parent. */
export type ProductFacts = Pick<LineFacts, 'productType' | 'categories'>;

export interface ProductReader {
  /** Facts by product id; null where the shop does not know the product any more. */
  facts(productIds: readonly number[], trail: Trail): Promise<Result<Map<number, ProductFacts | null>>>;
  categories(trail: Trail): Promise<Result<RestCategory[]>>;
}

type Known = { type: string; categoryIds: number[] } | null;

/** Products and the category tree change seldom and rules on waiting orders may be some minutes behind. */
const TTL_MS = 5 * 60_000;
const MOST_PRODUCTS = 5_000;

export function createProductReader(client: StoreClient, clock: () => number): ProductReader {
  const products = createCache<number, Known>(MOST_PRODUCTS, TTL_MS, clock);
  const trees = createCache<'tree', RestCategory[]>(1, TTL_MS, clock);

  async function tree(trail: Trail): Promise<Result<RestCategory[]>> {
    const kept = trees.get('tree');
    if (kept) return ok(kept);
    const call = { operation: 'read product categories', trail };
    const query = { _fields: CATEGORY_FIELDS, orderby: 'id' };
    const read = await readAll(client, 'wc/v3/products/categories', query, CategorySchema, call);
    if (read.ok) trees.set('tree', read.value);
    return read;
  }

  return {
    categories: tree,
    async facts(productIds, trail) {
      const ids = [...new Set(productIds)].filter((id) => id > 0);
      const known = await knownProducts(client, products, ids, { operation: 'read products', trail });
      if (!known.ok) return known;
      const used = new Set([...known.value.values()].flatMap((product) => product?.categoryIds ?? []));
      if (used.size === 0) return ok(withPaths(known.value, []));
      let categories = await tree(trail);
      if (categories.ok && !allIn(categories.value, used)) {
        trees.delete('tree'); // a category made since the tree was read
        categories = await tree(trail);
      }
      return categories.ok ? ok(withPaths(known.value, categories.value)) : categories;
    },
  };
}

/** One call for up to 100 products; what the list leaves out (trashed products) is asked for one by one. */
async function knownProducts(
  client: StoreClient,
  cache: Cache<number, Known>,
  ids: number[],
  call: CallContext,
): Promise<Result<Map<number, Known>>> {
  const known = new Map<number, Known>();
  const missing: number[] = [];
  for (const id of ids) {
    const kept = cache.get(id);
    if (kept === undefined) missing.push(id);
    else known.set(id, kept);
  }
  for (let at = 0; at < missing.length; at += PER_PAGE) {
    const include = missing.slice(at, at + PER_PAGE);
    const page = await readPage(client, 'wc/v3/products', { _fields: PRODUCT_FIELDS, include }, ProductSchema, 1, call);
    if (!page.ok) return page;
    for (const product of page.value.rows) known.set(product.id, summed(product));
  }
  for (const id of missing.filter((id) => !known.has(id))) {
    const product = await unlisted(client, id, call);
    if (!product.ok) return product;
    known.set(id, product.value);
  }
  for (const id of missing) cache.set(id, known.get(id) ?? null);
  return ok(known);
}

async function unlisted(client: StoreClient, id: number, call: CallContext): Promise<Result<Known>> {
  const answer = await client.get(`wc/v3/products/${id}`, { _fields: PRODUCT_FIELDS }, call);
  if (!answer.ok) return answer.failure.code === 'store.not_found' ? ok(null) : answer;
  const product = parseAnswer(ProductSchema, answer.value, `product ${id}`);
  return product.ok ? ok(summed(product.value)) : product;
}

const summed = (product: { type: string; categories: { id: number }[] }): Known => ({
  type: product.type,
  categoryIds: product.categories.map(({ id }) => id),
});

const allIn = (categories: RestCategory[], ids: Set<number>): boolean => {
  const have = new Set(categories.map(({ id }) => id));
  return [...ids].every((id) => have.has(id));
};

function withPaths(products: Map<number, Known>, categories: RestCategory[]): Map<number, ProductFacts | null> {
  const byId = new Map(categories.map((category) => [category.id, category]));
  const facts = new Map<number, ProductFacts | null>();
  for (const [id, product] of products) {
    facts.set(
      id,
      product && {
        productType: product.type,
        categories: product.categoryIds.map((category) => pathOf(category, byId)).filter(filled),
      },
    );
  }
  return facts;
}

const filled = (path: unknown[]): boolean => path.length > 0;

/** The category itself, then its ancestors. */
export function pathOf(categoryId: number, byId: ReadonlyMap<number, RestCategory>): LineFacts['categories'][number] {
  const path: LineFacts['categories'][number] = [];
  const seen = new Set<number>(); // a damaged tree may lead back to itself
  for (let at = byId.get(categoryId); at && !seen.has(at.id); at = byId.get(at.parent)) {
    seen.add(at.id);
    path.push({ id: at.id, slug: at.slug, name: at.name });
  }
  return path;
}
