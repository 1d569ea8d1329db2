import type { Answer } from '../answer.ts';
import type { AttributeType } from '../attribute-type.ts';
import { type ResourceDefinition, releasedIn } from '../definitions.ts';
import type { Call } from '../world.ts';
import { jsonAnswer, MEDIA } from './framework.ts';
import { mayWrite } from './write-rules.ts';

/** Lists of values behind attributes, as `describe` names them (contract section 6). */
const LISTS: Record<string, string> = {
  BusinessUnit: 'receivablesBusinessUnitsLOV',
  PaymentTerms: 'paymentTermsLOV',
  TransactionSource: 'transactionSourcesLOV',
  TransactionType: 'transactionTypesLOV',
  MemoLine: 'memoLinesLOV',
  TaxClassificationCode: 'outputTaxClassificationsLOV',
  InvoiceCurrencyCode: 'preferredCurrenciesLOV',
  CreditMemoCurrency: 'preferredCurrenciesLOV',
  Currency: 'preferredCurrenciesLOV',
  ConversionRateType: 'currencyConversionTypesLOV',
};

export function describeAnswer(call: Call, definition: ResourceDefinition, base: string): Answer {
  return jsonAnswer(200, { Resources: { [definition.name]: describe(call, definition, base) } }, MEDIA.json);
}

/** The catalogue of all resources of one context root. */
export function catalogueAnswer(call: Call, root: string, context: string): Answer {
  const resources = [...call.world.definitions.values()].filter((definition) => definition.context === context);
  const entries = resources.map((definition) => [
    definition.name,
    {
      discrColumnType: false,
      title: titleOf(definition.name),
      links: [{ rel: 'describe', href: `${root}/${definition.name}/describe` }],
    },
  ]);
  return jsonAnswer(200, { Resources: Object.fromEntries(entries) });
}

const titleOf = (name: string): string => name.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/^./, (first) => first.toUpperCase());

function describe(call: Call, definition: ResourceDefinition, base: string): Record<string, unknown> {
  const { verbs, finders } = definition;
  const actions = [...definition.actions.values()].filter((action) => releasedIn(call.world.profile, action.since));
  const shown = (level: 'item' | 'collection') =>
    actions
      .filter((action) => action.level === level)
      .map((action) => ({
        name: action.name,
        method: 'POST',
        parameters: [...(action.parameters ?? [])].map(([name, type]) => ({ name, type, mandatory: false })),
        requestType: [MEDIA.action],
        resultType: 'string',
      }));
  return {
    discrColumnType: false,
    title: titleOf(definition.name),
    attributes: [...definition.attributes].map(([name, type]) => describeAttribute(definition, name, type)),
    collection: {
      rangeSize: 25,
      finders: [...finders].map(([name, variables]) => ({
        name,
        attributes: [...variables].map(([variable, type]) => ({ name: variable, type, required: false })),
      })),
      links: [{ rel: 'self', href: base, name: 'self', kind: 'collection' }],
      actions: [
        ...(verbs.list ? [{ name: 'get', method: 'GET' }] : []),
        ...(verbs.create ? [{ name: 'create', method: 'POST', requestType: [MEDIA.item, MEDIA.json] }] : []),
        ...shown('collection'),
      ],
    },
    item: {
      links: [{ rel: 'self', href: `${base}/{id}`, name: 'self', kind: 'item' }],
      actions: [
        ...(verbs.get ? [{ name: 'get', method: 'GET' }] : []),
        ...(verbs.update ? [{ name: 'update', method: 'PATCH', requestType: [MEDIA.item, MEDIA.json] }] : []),
        ...(verbs.remove ? [{ name: 'delete', method: 'DELETE' }] : []),
        ...shown('item'),
      ],
    },
    children: Object.fromEntries(
      [...definition.children.values()].map((child) => [child.name, describe(call, child, `${base}/{id}/child/${child.name}`)]),
    ),
    links: [{ rel: 'self', href: `${base}/describe`, name: 'self', kind: 'describe' }],
  };
}

function describeAttribute(definition: ResourceDefinition, name: string, type: AttributeType): Record<string, unknown> {
  const list = LISTS[name];
  const length = definition.maxLength.get(name);
  return {
    name,
    type,
    updatable: definition.verbs.update && mayWrite(definition, name, 'update'),
    creatable: definition.verbs.create && mayWrite(definition, name, 'create'),
    mandatory: definition.requiredOnCreate.has(name),
    queryable: definition.queryable === 'all' || definition.queryable.has(name),
    ...(length !== undefined && { precision: length, maxLength: String(length) }),
    ...(list !== undefined && { lov: { childRef: list, lovResourcePath: { resource: list, filter: null } } }),
  };
}
