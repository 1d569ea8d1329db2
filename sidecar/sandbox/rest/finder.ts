import type { ResourceDefinition } from '../definitions.ts';
import { refuse } from '../errors.ts';
import type { Call } from '../world.ts';
import type { Behaviour, FinderRule, Item } from './behaviour.ts';
import { compareValues } from './query.ts';

/** A finder of the request: `finder=invoiceSearch;TransactionSource=WEB STORE,TransactionNumber=WEB-1`. */
export interface Finder {
  name: string;
  variables: Map<string, string>;
}

/** Parses a finder and checks it against the definition; fails with 400 and JBO code 29140. */
export function parseFinder(definition: ResourceDefinition, text: string): Finder {
  const [name = '', ...rest] = text.split(';');
  const known = definition.finders.get(name.trim());
  if (!known) throw refuse('29140', `The finder ${name} isn't valid for ${definition.name}.`);
  const variables = new Map<string, string>();
  // A comma separates variables only where a name and an equals sign follow: values may hold commas of their own.
  for (const part of rest.join(';').split(/[,;](?=\s*\w+\s*=)/)) {
    if (part.trim() === '') continue;
    const equals = part.indexOf('=');
    const variable = part.slice(0, equals).trim();
    if (equals < 0 || !known.has(variable)) throw refuse('29140', `The finder ${name} has no variable ${variable || part}.`);
    variables.set(variable, unquote(part.slice(equals + 1).trim()));
  }
  return { name: name.trim(), variables };
}

const unquote = (value: string): string => (/^(["']).*\1$/s.test(value) ? value.slice(1, -1) : value);

/** Variables that choose among things the sandbox does not have; a finder that names them is answered without regard to them. */
const WITHOUT_EFFECT = new Set(['Intent', 'ModuleId', 'BindBillsReceivableFlag', 'BindBusinessFunction']);

type Test = (call: Call, item: Item) => boolean;

/** The tests a row has to pass, and what of them is plain equality (for look-ups). */
export function finderTests(
  call: Call,
  definition: ResourceDefinition,
  behaviour: Behaviour,
  finder: Finder,
): { tests: Test[]; hints: Map<string, string[]> } {
  const rule: FinderRule = behaviour.finders?.[finder.name] ?? {};
  const tests: Test[] = [];
  const hints = new Map<string, string[]>();
  for (const [variable, value] of finder.variables) {
    const meaning = rule[variable] ?? standsFor(definition, variable);
    if (typeof meaning === 'function') {
      tests.push((_call, item) => meaning(call, value, item, finder.variables));
      hints.set(`finder:${variable}`, [value]);
    } else if (meaning === 'any text') {
      tests.push((_call, item) =>
        Object.values(item.row).some((have) => String(have).toLowerCase().includes(value.toLowerCase())),
      );
    } else if (meaning !== null) {
      tests.push((_call, item) => equals(call, definition, item, meaning, value));
      const isText = (definition.attributes.get(meaning) ?? 'string') === 'string';
      if (!isText || call.world.switches.finderMatch === 'exact') hints.set(meaning, [value]);
    } else if (!WITHOUT_EFFECT.has(variable)) {
      throw refuse('SBX_FINDER_NOT_SIMULATED', `The sandbox doesn't know what ${variable} of finder ${finder.name} filters.`);
    }
  }
  // Rules may hold for a finder as such (a type's class), variable or not.
  const always = rule[''];
  if (typeof always === 'function') tests.push((_call, item) => always(call, '', item, finder.variables));
  return { tests, hints };
}

/** Most variables are named after the attribute they compare, some with a prefix or suffix of the framework. */
function standsFor(definition: ResourceDefinition, variable: string): string | null {
  if (/^SearchTerms?$/.test(variable)) return 'any text';
  const bare = variable.replace(/^(Bind_?|bind|b(?=[A-Z]))/, '').replace(/Var$/, '');
  return [variable, bare].find((name) => definition.attributes.has(name)) ?? null;
}

function equals(call: Call, definition: ResourceDefinition, item: Item, attribute: string, value: string): boolean {
  const have = item.row[attribute] ?? null;
  if (have === null) return false;
  const type = definition.attributes.get(attribute) ?? 'string';
  if (type === 'string' && call.world.switches.finderMatch === 'prefix') return String(have).startsWith(value);
  return compareValues(type, String(have), value) === 0;
}
