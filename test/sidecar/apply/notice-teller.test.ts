import { expect, it, onTestFinished } from 'vitest';
import { NoticeTeller, type ToldNotice } from '../../../sidecar/apply/notice-teller.ts';
import { err, ok, type Result, retryable } from '../../../sidecar/domain/failures.ts';
import type { Broken } from '../../../sidecar/store/references-notices.ts';
import { openStore } from '../../../sidecar/store/store.ts';

const away = err(retryable('store.unavailable', 'The store is away.', { endpoint: true }));
const broken = (name: string, orders = 1): Broken => ({
  cause: name,
  subject: { what: 'rule', id: name, name },
  message: `Rule "${name}": closed.`,
  orders,
  sample: [1042],
});

function told(answers: Result<void>[] = []) {
  const store = openStore(':memory:');
  onTestFinished(() => store.close());
  const heard: ToldNotice[][] = [];
  let paired = true;
  const make = () => {
    const teller = new NoticeTeller({
      store,
      plugin: () =>
        paired
          ? {
              tellNotices: async (notices) => {
                const answer = answers.shift() ?? ok(undefined);
                if (answer.ok) heard.push([...notices]);
                return answer;
              },
            }
          : null,
      trail: { record: () => undefined },
      nowMs: () => 0,
      retryMs: 5,
      onError: (error) => {
        throw error;
      },
    });
    onTestFinished(() => teller.stop());
    return teller;
  };
  const after = async (teller: NoticeTeller) => {
    teller.nudge();
    await new Promise((resolve) => setTimeout(resolve, 40));
    return heard.map((notices) => notices.map(({ message, orders }) => `${message} ${orders}`));
  };
  const settle = (...now: Broken[]) => store.write(() => store.referenceNotices.settle(now, 0));
  return {
    store,
    make,
    after,
    settle,
    pair: (now: boolean) => {
      paired = now;
    },
  };
}

it('tells the store what is broken once per change, also of its figures, and that nothing is any more', async () => {
  const { make, after, settle, store } = told();
  const teller = make();
  expect(await after(teller)).toEqual([]);
  await settle(broken('mugs'));
  expect(await after(teller)).toEqual([['Rule "mugs": closed. 1']]);
  expect(await after(teller)).toHaveLength(1);
  await settle(broken('mugs', 2), broken('cups'));
  expect((await after(teller)).at(-1)).toEqual(['Rule "cups": closed. 1', 'Rule "mugs": closed. 2']);
  const [cups] = store.referenceNotices.open();
  await store.write(() => store.referenceNotices.dismiss(cups?.id ?? 0, 'anna'));
  expect((await after(teller)).at(-1)).toEqual(['Rule "mugs": closed. 2']);
  await settle();
  expect((await after(teller)).at(-1)).toEqual([]);
  // A restart repeats nothing.
  expect(await after(make())).toHaveLength(4);
});

it('tells it again until the store has taken it, and anew to a shop that was paired anew', async () => {
  const { make, after, settle, pair } = told([away, away]);
  const teller = make();
  await settle(broken('mugs'));
  pair(false);
  expect(await after(teller)).toEqual([]);
  pair(true);
  expect(await after(teller)).toEqual([['Rule "mugs": closed. 1']]);
  await teller.startOver();
  expect(await after(teller)).toHaveLength(2);
});
