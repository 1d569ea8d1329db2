import type { AddressInfo } from 'node:net';
import express from 'express';

/** The yardstick of P3 and P4: express that reads the body and answers, and does nothing else. */
const app = express();
app.post('/v1/events', express.raw({ type: () => true, limit: '1mb' }), (_request, response) => {
  response.json({ ok: true });
});
const server = app.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
