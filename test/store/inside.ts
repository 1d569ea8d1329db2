import { readFileSync } from 'node:fs';
import { extname } from 'node:path';

/** Runs PHP inside the site: a function body that takes `$args` and returns what JSON can carry, or a file that holds one. */
export type RunPhp = <T = unknown>(code: string | { file: string }, args?: unknown) => Promise<T>;

/**
 * The harness's way in, over the route of `php/harness.php`: the same on native PHP and in Playground, in a process where WordPress
 * and all plugins are loaded, with the hooks of a whole request around it. A `{file}` is sent as text: it cannot use __DIR__.
 *
 * Fails  throws with PHP's message and trace; with the page's text when PHP died before it could answer
 */
export function insidePhp(home: string, secret: string): RunPhp {
  return async <T>(code: string | { file: string }, args: unknown = null): Promise<T> => {
    const body = typeof code === 'string' ? code : phpBody(code.file);
    const reply = await fetch(`${home}/?ar-bridge-harness`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-harness-secret': secret },
      body: JSON.stringify({ code: body, args }),
      redirect: 'manual',
    });
    const text = await reply.text();
    let answer: { value: T } | { error: string };
    try {
      answer = JSON.parse(text);
    } catch {
      throw new Error(`PHP inside the store gave no answer (${reply.status}): ${plainText(text).slice(0, 1_000)}`);
    }
    if ('error' in answer) throw new Error(`PHP inside the store: ${answer.error}`);
    return answer.value;
  };
}

function phpBody(file: string): string {
  if (extname(file) !== '.php') throw new Error(`Not a PHP file: ${file}`);
  return readFileSync(file, 'utf8').replace(/^<\?php/, '');
}

/** What a person would read of an HTML page. */
export function plainText(html: string): string {
  return html
    .replace(/<(script|style)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
