// @vitest-environment jsdom
import apiFetch, { type APIFetchOptions } from '@wordpress/api-fetch';
import { createRegistry } from '@wordpress/data';
import { removeQueryArgs } from '@wordpress/url';
import { beforeEach, describe, expect, it } from 'vitest';
import { sources } from '../../admin-ui/src/data/sources.ts';
import { store } from '../../admin-ui/src/data/store.ts';
import { model } from '../e2e/page/fixtures.ts';

type Sent = { path: string; method: string; data: unknown };

/** The real store, with the place where apiFetch meets the network taken over. */
function storeOver(answer: (sent: Sent) => unknown) {
  const sent: Sent[] = [];
  apiFetch.setFetchHandler(async (options) => {
    const call = asMeant(options);
    sent.push(call);
    return answer(call);
  });
  const registry = createRegistry();
  registry.register(store);
  return {
    sent,
    registry,
    select: registry.select(store),
    resolve: registry.resolveSelect(store),
    dispatch: registry.dispatch(store),
  };
}

/** apiFetch adds a locale, and sends PUT and DELETE as POST with a header. */
function asMeant({ path = '', method = 'GET', headers = {}, data }: APIFetchOptions): Sent {
  const override = new Headers(headers).get('X-HTTP-Method-Override');
  return { method: override ?? method, path: removeQueryArgs(path, '_locale'), data };
}

let day: ReturnType<typeof model>;
beforeEach(() => {
  day = model();
});

describe('the store', () => {
  it('reads once what several parts of the page look at', async () => {
    const { sent, resolve } = storeOver(() => day.overview);
    await Promise.all([resolve.getOverview(), resolve.getOverview()]);
    expect((await resolve.getOverview()).data?.counts.posted).toBe(1204);
    expect(sent.map(({ path }) => path)).toEqual(['/ar-bridge/v1/overview']);
  });

  it('asks for a filtered list without the filters that are empty', async () => {
    const { sent, resolve } = storeOver(() => ({ orders: [], total: 0, page: 1, perPage: 25 }));
    await resolve.getOrders({ state: 'waiting', search: '', page: 1, perPage: 25 });
    expect(sent[0]?.path).toBe('/ar-bridge/v1/orders?state=waiting&page=1&perPage=25');
  });

  it('reads order and overview again after a replay', async () => {
    const order = day.orders[0] as (typeof day.orders)[number];
    const { sent, dispatch } = storeOver(({ path }) =>
      path.endsWith('/replay') ? { accepted: 1 } : path.endsWith('/overview') ? day.overview : order,
    );
    const outcome = await dispatch.replay(order.orderId);
    expect(outcome).toEqual({ ok: true, value: { accepted: 1 } });
    expect(sent.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      `GET /ar-bridge/v1/orders/${order.orderId}`,
      'GET /ar-bridge/v1/overview',
      `POST /ar-bridge/v1/orders/${order.orderId}/replay`,
    ]);
  });

  it('takes the answer to a save as the new state and reads nothing', async () => {
    const saved = { ...day.rules, version: 8 };
    const { sent, select, dispatch } = storeOver(() => saved);
    await dispatch.saveRules({ baseVersion: 7, rules: day.rules.rules });
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ method: 'PUT', data: { baseVersion: 7 } });
    expect(select.getRules().data?.version).toBe(8);
  });

  it('leaves what it holds alone when a save is refused', async () => {
    const { select, dispatch } = storeOver(({ method }) => {
      if (method === 'PUT') throw { error: { code: 'rules.version', message: 'Version 8 was saved in between' } };
      return day.rules;
    });
    await dispatch.refresh(sources.rules());
    const outcome = await dispatch.saveRules({ baseVersion: 7, rules: [] });
    expect(outcome).toMatchObject({ ok: false, failure: { code: 'rules.version' } });
    expect(select.getRules().data?.version).toBe(7);
  });

  it('keeps an answer outside the contract as a failure, not as data', async () => {
    const { resolve } = storeOver(() => ({ ...day.overview, mode: 'dreaming' }));
    const overview = await resolve.getOverview();
    expect(overview).toMatchObject({ data: null, failure: { code: 'answer.unexpected' } });
  });
});
