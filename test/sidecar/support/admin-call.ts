import { ADMIN_ROUTES } from '../../../sidecar/http/admin-contract.ts';
import type { Answer, TestSidecar } from './sidecar.ts';

/** Calls of the admin API as the plugin's proxy makes them; an answer that the contract does not describe fails the test. */
export function adminCall(sidecar: TestSidecar) {
  return async (method: string, path: string, body?: unknown, actor = 'kim'): Promise<Answer> => {
    const answer = await sidecar.send(method, `/v1/admin${path}${path.includes('?') ? '&' : '?'}actor=${actor}`, body);
    if (answer.status === 200) routeOf(method, path).answer.parse(answer.body);
    return answer;
  };
}

function routeOf(method: string, path: string) {
  const [bare = ''] = path.split('?', 1);
  const route = ADMIN_ROUTES.find(
    (each) => each.method === method && new RegExp(`^${each.path.replace(/:\w+/g, '[^/]+')}$`).test(bare),
  );
  if (!route) throw new Error(`The contract has no ${method} ${bare}`);
  return route;
}
