/** The built page with a mock of its API, for work on its looks: node test/e2e/page/serve.ts [port] */
import { harnessMissing, startHarness } from './harness.ts';

const missing = harnessMissing();
if (missing) throw new Error(missing);
const harness = await startHarness(Number(process.argv[2] ?? 0));
console.log(
  `Admin page   ${harness.pageUrl()}\nOrder screen ${harness.orderScreenUrl(1042)}\nOrder list   ${harness.orderListUrl([1042, 1055, 1058])}`,
);
