import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { startSandbox } from './start.ts';
import { SWITCHES } from './switches.ts';
import type { Profile } from './world.ts';

/** npm run sandbox -- --port 8091 --seed FILE --profile 26D --data FILE --switch name=value --token-lifetime 60 */
const USAGE = `Usage: npm run sandbox -- [options]
  --port N              default 8091
  --seed FILE           default: the seed that ships with the sandbox
  --profile 25D|26D     release to behave like, default 26D
  --data FILE           keep the ledger in a file, default: in memory
  --switch name=value   may be given more than once; --switches lists them
  --token-lifetime N    seconds until an access token expires`;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8091' },
    seed: { type: 'string' },
    profile: { type: 'string', default: '26D' },
    data: { type: 'string' },
    switch: { type: 'string', multiple: true, default: [] },
    'token-lifetime': { type: 'string' },
    switches: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

function whole(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) fail(`--${name} takes a whole number, not "${text}"`);
  return value;
}

function fail(message: string): never {
  console.error(`${message}\n\n${USAGE}`);
  process.exit(2);
}

function profileOf(text: string): Profile {
  const profile = text.toUpperCase();
  if (profile === '25D' || profile === '26D') return profile;
  return fail(`--profile takes 25D or 26D, not "${text}"`);
}

async function run(): Promise<void> {
  if (values.help) {
    console.log(USAGE);
    return;
  }
  if (values.switches) {
    for (const [name, rule] of Object.entries(SWITCHES)) {
      const allowed = 'values' in rule ? rule.values.join('|') : 'a number';
      console.log(`${name} = ${rule.default}  (${allowed})  section ${rule.section}: ${rule.means}`);
    }
    return;
  }
  const switches = Object.fromEntries(
    values.switch.map((pair) => {
      const equals = pair.indexOf('=');
      if (equals < 1) fail(`--switch takes name=value, not "${pair}"`);
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
  const lifetime = values['token-lifetime'];
  const sandbox = await startSandbox({
    port: whole('port', values.port),
    ...(values.seed !== undefined && { seed: values.seed }),
    profile: profileOf(values.profile),
    ...(values.data !== undefined && { data: values.data }),
    switches,
    ...(lifetime !== undefined && { tokenLifetime: whole('token-lifetime', lifetime) }),
    logger: pino({ name: 'oracle-sandbox' }),
  });
  const { clientId, clientSecret, user, password } = sandbox.credentials;
  console.log(`Oracle Receivables sandbox (${sandbox.world.seed.name}, profile ${sandbox.world.profile})
  Ledger        ${sandbox.url}/
  REST          ${sandbox.url}/fscmRestApi/resources/11.13.18.05/
  Token         ${sandbox.url}/oauth2/v1/token   client ${clientId} / ${clientSecret}
  Basic         ${user} / ${password}
  Control       ${sandbox.url}/__sandbox`);
  const stop = () => void sandbox.close().then(() => process.exit(0));
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

run().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
