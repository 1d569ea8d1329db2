/**
 * The states of an order, told once.
 *
 * An order id is `new` from the moment the store names it until it was read. While its job runs it is `posting`. When the plan is
 * empty it is `posted`. A retryable failure, or an order that does not count yet, is `waiting`: the queue or the store acts next.
 * `attention` waits for a person to change the set-up or to decide; `rejected` for a person to skip a document or correct the order;
 * `excluded` was left out by a rule of the set-up or by a person. Any new event makes the order's job run again, whatever the state.
 */
export const ORDER_STATES = ['new', 'posting', 'posted', 'waiting', 'attention', 'rejected', 'excluded'] as const;
export type OrderState = (typeof ORDER_STATES)[number];

/** `sending`: the intent is on disk and the request may have left. `refused`: Oracle said no, nothing exists. */
export type DocumentState = 'sending' | 'posted' | 'refused';
export type ActionState = 'sending' | 'done' | 'undone' | 'refused';
