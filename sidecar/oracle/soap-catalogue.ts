import type { Trail } from '../apply/ports.ts';
import { err, needsAttention, ok, type Result } from '../domain/failures.ts';
import type { OracleHttp } from './http.ts';
import {
  SOAP_ACT_NAMES,
  SOAP_ACTS,
  SOAP_SERVICES,
  type SoapActName,
  type SoapService,
  type SoapServiceName,
} from './soap-services.ts';
import { importsOf, readDescription, type ServiceDescription } from './wsdl.ts';

/** The names an act goes by on this pod. */
export interface ActNames {
  operation: string;
  wrapper: string;
  soapAction: string;
  /** Namespace of request element and wrapper. */
  types: string;
  /** Namespace of the data object's children. */
  objects: string;
  /** Children in the schema's order; null when the description did not say. */
  fields: string[] | null;
}

export type SoapOverrides = {
  paths?: Partial<Record<SoapServiceName, string>>;
  acts?: Partial<Record<SoapActName, { operation?: string; wrapper?: string }>>;
};

export interface SoapCatalogue {
  pathOf(service: SoapServiceName): string;
  /** Reads the service's description once per process; a service that does not show one is used by its default names. */
  namesOf(act: SoapActName, trail: Trail): Promise<Result<ActNames>>;
  /** Reads it again, for "Test set-up". Fails when it cannot be read. */
  refresh(service: SoapServiceName, trail: Trail): Promise<Result<ServiceDescription>>;
  /** Acts of a service whose operation the description just read does not name. */
  missing(service: SoapServiceName): SoapActName[];
}

/** The WSDL and the schemas it imports; Fusion services have fewer than ten. */
const MOST_DOCUMENTS = 25;

export function createSoapCatalogue(http: OracleHttp, overrides: SoapOverrides = {}): SoapCatalogue {
  const descriptions = new Map<SoapServiceName, ServiceDescription | null>();
  const reading = new Map<SoapServiceName, Promise<Result<ServiceDescription>>>();
  const serviceOf = (name: SoapServiceName): SoapService => {
    const path = overrides.paths?.[name];
    return path === undefined ? SOAP_SERVICES[name] : { ...SOAP_SERVICES[name], path };
  };
  const refresh = (name: SoapServiceName, trail: Trail): Promise<Result<ServiceDescription>> => {
    const running = reading.get(name);
    if (running) return running;
    const run = readService(http, serviceOf(name).path, trail)
      .then((result) => {
        if (result.ok) descriptions.set(name, result.value);
        return result;
      })
      .finally(() => reading.delete(name));
    reading.set(name, run);
    return run;
  };
  return {
    pathOf: (name) => serviceOf(name).path,
    refresh,
    missing(name) {
      const description = descriptions.get(name);
      if (!description) return [];
      return SOAP_ACT_NAMES.filter((each) => SOAP_ACTS[each].service === name && !describedAct(each, description, overrides));
    },
    async namesOf(act, trail) {
      const name = SOAP_ACTS[act].service;
      if (!descriptions.has(name)) {
        const read = await refresh(name, trail);
        // The endpoint's fault: the act itself would fare no better. Anything else: the description is hidden, the service may work.
        if (!read.ok && read.failure.kind === 'retryable') return err({ ...read.failure, outcomeUnknown: false });
        if (!read.ok) descriptions.set(name, null);
      }
      return ok(namesFrom(act, serviceOf(name), descriptions.get(name) ?? null, overrides));
    },
  };
}

async function readService(http: OracleHttp, path: string, trail: Trail): Promise<Result<ServiceDescription>> {
  const texts: string[] = [];
  const seen = new Set<string>();
  const queue = [`${path}?WSDL`];
  for (let next = queue.shift(); next !== undefined && texts.length < MOST_DOCUMENTS; next = queue.shift()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const reply = await http.send(
      {
        operation: 'read service description',
        subject: 'service',
        method: 'GET',
        path: next,
        protocol: 'rest',
        writes: false,
        expects: 'text',
        body: null,
      },
      trail,
    );
    if (!reply.ok && texts.length === 0) return reply;
    // A schema that cannot be read costs the names in it, not the service.
    if (!reply.ok) continue;
    texts.push(reply.value.text);
    const at = next;
    queue.push(
      ...importsOf(reply.value.text)
        .map((location) => pathOn(location, at))
        .filter((each) => each !== null),
    );
  }
  const description = readDescription(texts);
  if (description.operations.length > 0) return ok(description);
  return err(
    needsAttention(
      'oracle.service_unreadable',
      `${path}?WSDL answers, but not with the description of a web service.`,
      'Check the path of the service, and whether the integration user may read it.',
    ),
  );
}

/** Path and query of an imported document. The host named in it is not followed: behind a load balancer it is an inner one. */
function pathOn(location: string, from: string): string | null {
  const url = URL.parse(location, `https://pod.invalid${from}`);
  return url && /^\/(fscm|crm)Service\//.test(url.pathname) ? url.pathname + url.search : null;
}

function describedAct(act: SoapActName, description: ServiceDescription, overrides: SoapOverrides) {
  const standard = SOAP_ACTS[act];
  const wanted = overrides.acts?.[act]?.operation ?? standard.operation;
  const byName = description.operations.find((operation) => operation.name === wanted);
  if (byName) return byName;
  // Known by the documented type of what it takes; several acts on one type are told by their names only.
  const byObject = description.operations.filter(
    (operation) => !/Async$/.test(operation.name) && operation.parts.some((part) => part.type === standard.object),
  );
  return byObject.length === 1 ? byObject[0] : undefined;
}

function namesFrom(
  act: SoapActName,
  service: SoapService,
  description: ServiceDescription | null,
  overrides: SoapOverrides,
): ActNames {
  const standard = SOAP_ACTS[act];
  const chosen = overrides.acts?.[act] ?? {};
  const described = description ? describedAct(act, description, overrides) : undefined;
  const operation = described?.name ?? chosen.operation ?? standard.operation;
  const part =
    described?.parts.find((each) => each.type === standard.object) ??
    (described?.parts.length === 1 ? described.parts[0] : undefined);
  const type = description?.types.find((each) => each.name === (part?.type ?? standard.object));
  const types = described?.namespace ?? service.types;
  return {
    operation,
    wrapper: chosen.wrapper ?? part?.name ?? standard.wrapper,
    soapAction: described?.soapAction ?? `${types.replace(/types\/$/, '')}${operation}`,
    types,
    objects: type?.namespace ?? service.objects,
    fields: type && type.fields.length > 0 ? type.fields : null,
  };
}
