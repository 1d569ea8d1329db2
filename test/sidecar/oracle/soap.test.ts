import { afterEach, describe, expect, it } from 'vitest';
import type { ReceivablesAction } from '../../../sidecar/apply/ports.ts';
import { minor } from '../../../sidecar/domain/money.ts';
import type { OracleOptions } from '../../../sidecar/oracle/options.ts';
import { soapRoot, writeEnvelope } from '../../../sidecar/oracle/soap-envelope.ts';
import { readDescription } from '../../../sidecar/oracle/wsdl.ts';
import { childOf, childText, findAll, readXml, textOf } from '../../../sidecar/oracle/xml.ts';
import { endFake, type Fake, keepingTrail, oracleAt, type Step, startFake } from './fake-oracle.ts';

/** A description as JDeveloper writes them: the WSDL imports the types schema, which imports that of the data objects. */
const OBJECTS = 'http://xmlns.oracle.com/apps/financials/receivables/receipts/shared/standardReceiptService/commonService/';
const WSDL = `<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:types="${OBJECTS}types/" targetNamespace="${OBJECTS}">
  <wsdl:types><xsd:schema><xsd:import namespace="${OBJECTS}types/" schemaLocation="https://inner-host:7777/fscmService/StandardReceiptService?XSD=types.xsd"/></xsd:schema></wsdl:types>
  <wsdl:portType name="StandardReceiptService">
    <wsdl:operation name="processActivityApplication"><wsdl:input message="tns:a"/></wsdl:operation>
    <wsdl:operation name="processActivityApplicationAsync"><wsdl:input message="tns:b"/></wsdl:operation>
    <wsdl:operation name="createApplyReceipt"><wsdl:input message="tns:c"/></wsdl:operation>
  </wsdl:portType>
  <wsdl:binding name="b" type="tns:StandardReceiptService">
    <wsdl:operation name="processActivityApplication"><soap:operation soapAction="urn:its/own/action"/></wsdl:operation>
  </wsdl:binding>
</wsdl:definitions>`;
const TYPES_XSD = `<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:o="${OBJECTS}" targetNamespace="${OBJECTS}types/" elementFormDefault="qualified">
  <xsd:import namespace="${OBJECTS}" schemaLocation="StandardReceiptService?XSD=objects.xsd"/>
  <xsd:element name="processActivityApplication"><xsd:complexType><xsd:sequence><xsd:element name="receiptActivity" type="o:ActivityApplication"/></xsd:sequence></xsd:complexType></xsd:element>
  <xsd:element name="processActivityApplicationAsync"><xsd:complexType><xsd:sequence><xsd:element name="receiptActivity" type="o:ActivityApplication"/></xsd:sequence></xsd:complexType></xsd:element>
  <xsd:element name="createApplyReceipt"><xsd:complexType><xsd:sequence><xsd:element name="applyReceipt" type="o:ApplyReceipt"/></xsd:sequence></xsd:complexType></xsd:element>
</xsd:schema>`;
const OBJECTS_XSD = `<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" targetNamespace="${OBJECTS}" elementFormDefault="qualified">
  <xsd:complexType name="ActivityApplication"><xsd:sequence>
    <xsd:element name="AmountApplied" type="xsd:decimal"/><xsd:element name="ApplyDate" type="xsd:date"/><xsd:element name="ApplyGlDate" type="xsd:date"/>
    <xsd:element name="BusinessUnit" type="xsd:string"/><xsd:element name="ReceiptNumber" type="xsd:string"/><xsd:element name="ReceivableTrxName" type="xsd:string"/>
  </xsd:sequence></xsd:complexType>
  <xsd:complexType name="ApplyReceipt"><xsd:sequence><xsd:element name="AmountApplied" type="xsd:decimal"/><xsd:element name="ReceiptId" type="xsd:long"/></xsd:sequence></xsd:complexType>
</xsd:schema>`;
const xml = (body: string): Step => ({ status: 200, headers: { 'content-type': 'text/xml' }, body });
const DONE = xml(
  '<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/"><env:Body><r xmlns="urn:r"><result/></r></env:Body></env:Envelope>',
);

describe('an envelope', () => {
  it('escapes text, marks nil and leaves absent elements out', () => {
    const text = writeEnvelope(
      { typ: 'urn:t', obj: 'urn:o' },
      { 'typ:op': { 'typ:w': { 'obj:A': 'a & <b>', 'obj:B': null, 'obj:C': [{ 'obj:D': '1' }, { 'obj:D': '2' }] } } },
    );
    expect(text).toBe(
      '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:typ="urn:t" xmlns:obj="urn:o">' +
        '<soapenv:Body><typ:op><typ:w><obj:A>a &amp; &lt;b&gt;</obj:A><obj:B xsi:nil="true"/><obj:C><obj:D>1</obj:D></obj:C><obj:C><obj:D>2</obj:D></obj:C></typ:w></typ:op></soapenv:Body></soapenv:Envelope>',
    );
  });

  it('is read with ids as text, character references and nil', () => {
    const root = readXml(
      '<a><Id>300100184726519123</Id><Name>Caf&#233; &#x41;</Name><None xsi:nil="true" xmlns:xsi="urn:x"/><Empty/></a>',
    );
    const a = childOf(root, 'a');
    expect(childText(a, 'Id')).toBe('300100184726519123');
    expect(childText(a, 'Name')).toBe('Café A');
    expect(childText(a, 'None')).toBeNull();
    expect(childText(a, 'Empty')).toBeNull();
  });

  it.each(['', 'no xml', '<a><b></a>', '{"a":1}'])('is not found in %j', (text) => {
    expect(soapRoot('text/xml', text)).toBeUndefined();
  });

  it('reads no file that a document type names', () => {
    const bomb = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>';
    expect(findAll(readXml(bomb), 'a').map(textOf).join()).not.toContain('root:');
  });
});

describe('a description', () => {
  it('names operations, wrappers, actions, namespaces and the order of fields', () => {
    const description = readDescription([WSDL, TYPES_XSD, OBJECTS_XSD]);
    expect(description.operations[0]).toEqual({
      name: 'processActivityApplication',
      soapAction: 'urn:its/own/action',
      namespace: `${OBJECTS}types/`,
      parts: [{ name: 'receiptActivity', type: 'ActivityApplication' }],
    });
    expect(description.types[0]).toMatchObject({ name: 'ActivityApplication', namespace: OBJECTS });
    expect(description.types[0]?.fields[0]).toBe('AmountApplied');
  });

  it('of nothing is empty', () => {
    expect(readDescription(['<html/>', 'x'])).toEqual({ operations: [], types: [] });
  });
});

describe('names of a service', () => {
  let fake: Fake | undefined;
  let end = () => {};
  afterEach(async () => {
    end();
    await endFake(fake);
    fake = undefined;
  });
  const settle: ReceivablesAction = {
    kind: 'settle-to-activity',
    businessUnit: 'BU',
    accountNumber: '1',
    amount: minor(100),
    decimals: 2,
    currency: 'USD',
    date: '2026-09-14',
    accountingDate: '2026-09-14',
    today: '2026-09-14',
    receipt: { id: '1', number: 'WEB-1-P1' },
    activity: 'Clearing',
  };
  async function world(answer: (path: string) => Step, more: Partial<OracleOptions> = {}) {
    fake = await startFake((request) => answer(request.path));
    const oracle = oracleAt(fake.url, more);
    end = () => oracle.close();
    const posts = () => (fake?.requests ?? []).filter((request) => request.method === 'POST');
    return { oracle, trail: keepingTrail(), posts, all: () => fake?.requests ?? [] };
  }
  const described = (path: string): Step => {
    if (path.endsWith('?WSDL')) return xml(WSDL);
    if (path.endsWith('types.xsd')) return xml(TYPES_XSD);
    return path.endsWith('objects.xsd') ? xml(OBJECTS_XSD) : DONE;
  };

  it('come from its description, an operation of another name being known by the data object it takes', async () => {
    const { oracle, trail, posts } = await world(described);
    expect(await oracle.receivables.perform(settle, trail)).toMatchObject({ ok: true });
    const [sent] = posts();
    expect(sent?.headers.soapaction).toBe('"urn:its/own/action"');
    expect(sent?.body).toContain(
      '<typ:processActivityApplication><typ:receiptActivity><obj:AmountApplied>1.00</obj:AmountApplied><obj:ApplyDate>',
    );
    // The schema's order, not ours.
    expect(sent?.body).toMatch(/AmountApplied.*ApplyDate.*ApplyGlDate.*BusinessUnit.*ReceiptNumber.*ReceivableTrxName/s);
  });

  it('are read once, from this host whatever host the description names', async () => {
    const { oracle, trail, all } = await world(described);
    await oracle.receivables.perform(settle, trail);
    await oracle.receivables.perform(settle, trail);
    expect(
      all()
        .filter((request) => request.method === 'GET')
        .map((request) => request.path),
    ).toEqual([
      '/fscmService/StandardReceiptService?WSDL',
      '/fscmService/StandardReceiptService?XSD=types.xsd',
      '/fscmService/StandardReceiptService?XSD=objects.xsd',
    ]);
  });

  it('fall back to the defaults when the description is hidden', async () => {
    const { oracle, trail, posts } = await world((path) => (path.endsWith('?WSDL') ? { status: 403, body: '' } : DONE));
    expect(await oracle.receivables.perform(settle, trail)).toMatchObject({ ok: true });
    expect(posts()[0]?.body).toContain('<typ:createActivityApplication><typ:activityApplication>');
  });

  it('are not guessed while the endpoint is away: nothing is sent', async () => {
    const { oracle, trail, posts } = await world(() => ({ status: 503, body: '' }));
    expect(await oracle.receivables.perform(settle, trail)).toMatchObject({
      failure: { kind: 'retryable', endpoint: true, outcomeUnknown: false },
    });
    expect(posts()).toEqual([]);
  });

  it('give way to what the configuration says', async () => {
    const switches = {
      soap: {
        paths: { receipts: '/fscmService/OtherReceiptService' },
        acts: { applyToActivity: { operation: 'writeActivity', wrapper: 'it' } },
      },
    };
    const { oracle, trail, posts } = await world((path) => (path.endsWith('?WSDL') ? { status: 404, body: '' } : DONE), {
      switches,
    });
    await oracle.receivables.perform(settle, trail);
    expect(posts()[0]).toMatchObject({ path: '/fscmService/OtherReceiptService' });
    expect(posts()[0]?.body).toContain('<typ:writeActivity><typ:it>');
  });
});
