import express, { type Request as HttpRequest, type Response, type Router } from 'express';
import { z } from 'zod';
import type { Tokens } from '../auth.ts';
import { insert, one, run, update } from '../database.ts';
import { OracleError } from '../errors.ts';
import { applicationById, unapply } from '../ledger/applications.ts';
import { autoMatch } from '../ledger/auto-match.ts';
import { AR, GL, periodsOf } from '../ledger/periods.ts';
import { checkBooks, ledgerSnapshot } from '../ledger/snapshot.ts';
import { SWITCHES, setSwitch } from '../switches.ts';
import { startCall, type World } from '../world.ts';
import { changeByHand, refundByHand } from './by-hand.ts';
import { FaultSchema, type Faults } from './faults.ts';
import { type Latency, LatencySchema } from './latency.ts';
import { type Limits, LimitsSchema } from './limits.ts';
import type { RequestLog } from './request-log.ts';

/** What the control endpoints turn. */
export interface Controls {
  world: World;
  tokens: Tokens;
  faults: Faults;
  latency: Latency;
  limits: Limits;
  log: RequestLog;
  /** Empties the ledger and plants the seed again; switches and everything injected go back to how they were at start. */
  reset(): void;
  switchesChanged(): void;
}

const ENDPOINTS = {
  'GET ledger': 'all documents, applications, balances; ?summary=true for counts and the check only',
  'GET requests': 'what was asked and answered; ?method= &path= &operation= &since=<id> &limit=',
  'DELETE requests': 'empties that list',
  'POST reset': 'empties the ledger and plants the seed again',
  'GET|POST latency':
    '{"ms":300} or {"min":..,"max":..} or {"p50":..,"p99":..}, with route, method, when; or a list of such rules; [] for none',
  'GET|POST|DELETE faults': '{"fault":"503","route":"receivablesInvoices","method":"POST","count":1,"after":0}',
  'GET|POST switches': '{"name":"value"}',
  'GET|POST|DELETE limits': '{"inFlight":24,"perSecond":50,"retryAfterSeconds":1,"schedule":[{"afterMs":7000,"inFlight":8}]}',
  'GET|POST periods': '{"period":"Sep-26","status":"C","ledger":"...","application":"AR"}',
  'POST token': '{"expireAll":true} and/or {"lifetimeSeconds":5}',
  'POST accounts': '{"chart":"...","account":"101-...","enabled":false} or {"valueSet":"...","value":"...","enabled":false}',
  'POST documents':
    '{"number":"..."} with "gone":true, or with status, amount, accountingDate, currency, newNumber: changed by hand, past every rule',
  'POST receipts': '{"number":"...","progress":"cleared"}: how far the money got',
  'POST refunds':
    '{"applicationId":"..."}: Payables cancels the refund, the money is unapplied again; {"number":"...","amount":"15.00"}: somebody issues a refund on the receipt by hand',
  'POST automatch': 'runs Apply Receipts Using AutoMatch',
};

/** Endpoints below /__sandbox: for tests, benchmarks and people; Oracle has none of them. */
export function controlRoutes(controls: Controls): Router {
  const router = express.Router();
  const { world } = controls;
  router.use(express.json({ limit: '5mb' }));
  router.get('/', (_request, response) => void response.json(ENDPOINTS));

  router.get('/ledger', (request, response) => {
    const problems = request.query.summary === 'true' ? checkBooks(world) : null;
    response.json(problems ? { ...countDocuments(world), balanced: problems.length === 0, problems } : ledgerSnapshot(world));
  });
  router.get('/requests', (request, response) => {
    const text = (name: string) => (typeof request.query[name] === 'string' ? (request.query[name] as string) : null);
    const found = controls.log.find({
      method: text('method'),
      path: text('path'),
      operation: text('operation'),
      since: Number(text('since') ?? 0),
      limit: Number(text('limit') ?? 1000),
    });
    response.json({ total: controls.log.total, requests: found });
  });
  router.delete('/requests', (_request, response) => {
    controls.log.clear();
    response.json({ total: controls.log.total });
  });
  router.post('/reset', (_request, response) => {
    controls.reset();
    response.json({ reset: true });
  });

  router.get('/latency', (_request, response) => void response.json(controls.latency.current));
  router.post('/latency', (request, response) => {
    const rules = z.array(LatencySchema).parse(Array.isArray(request.body) ? request.body : [request.body]);
    controls.latency.set(rules);
    response.json(controls.latency.current);
  });

  router.get('/faults', (_request, response) => void response.json(controls.faults.armed));
  router.post('/faults', (request, response) => {
    const faults = z.array(FaultSchema).parse(Array.isArray(request.body) ? request.body : [request.body]);
    for (const fault of faults) controls.faults.add(fault);
    response.json(controls.faults.armed);
  });
  router.delete('/faults', (_request, response) => {
    controls.faults.clear();
    response.json([]);
  });

  router.get('/limits', (_request, response) => void response.json(controls.limits.state));
  router.post('/limits', (request, response) => {
    controls.limits.set(LimitsSchema.parse(request.body), Date.now());
    response.json(controls.limits.state);
  });
  router.delete('/limits', (_request, response) => {
    controls.limits.set(null, Date.now());
    response.json(controls.limits.state);
  });

  router.get('/switches', (_request, response) => {
    const shown = Object.entries(SWITCHES).map(([name, rule]) => ({
      name,
      value: world.switches[name as keyof typeof SWITCHES],
      ...rule,
    }));
    response.json(shown);
  });
  router.post('/switches', (request, response) => {
    const wanted = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).parse(request.body);
    for (const [name, value] of Object.entries(wanted)) setSwitch(world.switches, name, value);
    controls.switchesChanged();
    response.json(world.switches);
  });

  router.post('/token', (request, response) => {
    const wanted = z
      .strictObject({ expireAll: z.boolean().optional(), lifetimeSeconds: z.number().positive().optional() })
      .parse(request.body ?? {});
    if (wanted.lifetimeSeconds !== undefined) controls.tokens.lifetimeSeconds = wanted.lifetimeSeconds;
    if (wanted.expireAll !== false) controls.tokens.expireAll();
    response.json({ live: controls.tokens.live, lifetimeSeconds: controls.tokens.lifetimeSeconds });
  });

  setUpRoutes(router, world);
  router.use(refuseBadRequests);
  return router;
}

/** Periods, accounts, and what other people of the company do in Oracle meanwhile. */
function setUpRoutes(router: Router, world: World): void {
  router.get('/periods', (_request, response) => {
    response.json(world.setup.ledgers.map((ledger) => ({ ledger: ledger.name, periods: periodsOf(world, ledger) })));
  });
  router.post('/periods', (request, response) => {
    const { period, status, ledger, application } = PeriodSchema.parse(request.body);
    const ledgers = ledger === undefined ? world.setup.ledgers : [world.setup.ledger(ledger)];
    for (const row of ledgers) {
      if (!periodsOf(world, row).some((known) => known.name === period))
        throw new RangeError(`There is no period ${period} in ${row.name}`);
      for (const id of application === 'both' ? [AR, GL] : [application === 'AR' ? AR : GL]) {
        run(
          world.db,
          'INSERT OR REPLACE INTO period_override (ledger, period, application, status) VALUES (?, ?, ?, ?)',
          row.name,
          period,
          id,
          status,
        );
      }
    }
    response.json({ period, status, ledgers: ledgers.map((row) => row.name) });
  });
  router.post('/accounts', (request, response) => {
    const wanted = AccountSchema.parse(request.body);
    const [chart, kind, name] =
      'account' in wanted
        ? [wanted.chart ?? world.setup.charts[0]?.name ?? '', 'combination', wanted.account]
        : ['', wanted.valueSet, wanted.value];
    run(world.db, 'DELETE FROM account_override WHERE chart = ? AND kind = ? AND name = ?', chart, kind, name);
    insert(world.db, 'account_override', { chart, kind, name, enabled: wanted.enabled ? 1 : 0 });
    response.json(wanted);
  });
  router.post('/documents', (request, response) => void response.json(changeByHand(world, request.body)));
  router.post('/receipts', (request, response) => {
    const { number, id, progress } = ReceiptSchema.parse(request.body);
    const receipt = one<{ id: string }>(world.db, 'SELECT id FROM receipt WHERE id = ? OR number = ?', id ?? '', number ?? '');
    if (!receipt) throw new RangeError(`There is no receipt ${number ?? id}`);
    update(world.db, 'receipt', receipt.id, { progress });
    response.json({ id: receipt.id, progress });
  });
  router.post('/refunds', (request, response) => {
    const wanted = RefundSchema.parse(request.body);
    if ('number' in wanted) {
      response.json({ applicationId: refundByHand(world, wanted) });
      return;
    }
    const { applicationId } = wanted;
    const call = startCall(world, { name: 'PAYABLES' }, 4);
    const application = applicationById(call, applicationId);
    if (application?.target !== 'refund') throw new RangeError(`There is no refund with application ${applicationId}`);
    world.db.transaction(() => unapply(call, application, undefined, true))();
    response.json({ cancelled: applicationId });
  });
  router.post('/automatch', (_request, response) => {
    const call = startCall(world, { name: 'AUTOMATCH' }, 4);
    response.json({ applied: world.db.transaction(() => autoMatch(call))() });
  });
}

const PeriodSchema = z.strictObject({
  period: z.string(),
  status: z.enum(['O', 'C', 'F', 'N', 'P', 'W']),
  ledger: z.string().optional(),
  application: z.enum(['AR', 'GL', 'both']).default('both'),
});
const AccountSchema = z.union([
  z.strictObject({ chart: z.string().optional(), account: z.string(), enabled: z.boolean() }),
  z.strictObject({ valueSet: z.string(), value: z.string(), enabled: z.boolean() }),
]);
const RefundSchema = z.union([
  z.strictObject({ applicationId: z.string() }),
  z.strictObject({ number: z.string(), amount: z.string(), paymentMethod: z.string().default('CHECK') }),
]);
const ReceiptSchema = z.strictObject({
  id: z.string().optional(),
  number: z.string().optional(),
  progress: z.enum(['approved', 'confirmed', 'remitted', 'cleared']),
});

function countDocuments(world: World) {
  const count = (text: string): number => one<{ n: number }>(world.db, `SELECT count(*) AS n FROM ${text}`)?.n ?? 0;
  return {
    invoices: count("trx WHERE class <> 'CM'"),
    creditMemos: count("trx WHERE class = 'CM'"),
    receipts: count('receipt'),
    applications: count('application'),
    refunds: count('refund'),
  };
}

/** A control request that makes no sense says what would. */
function refuseBadRequests(error: unknown, _request: HttpRequest, response: Response, next: (error: unknown) => void): void {
  if (error instanceof z.ZodError) response.status(400).json({ error: z.prettifyError(error) });
  else if (error instanceof RangeError || error instanceof OracleError || error instanceof SyntaxError)
    response.status(400).json({ error: error.message });
  else next(error);
}
