import { childText, findAll, type XmlNode } from './xml.ts';

/** A child's text in the first `parent` that has it, wherever that stands in the answer. */
export const textIn = (body: XmlNode, parent: string, name: string): string | null =>
  findAll(body, parent)
    .map((each) => childText(each, name))
    .find((text) => text !== null) ?? null;

/** An attribute of the data object a service answers: inside `result`, or inside a `Value` in it. */
export const answered = (body: XmlNode, name: string): string | null =>
  textIn(body, 'Value', name) ?? textIn(body, 'result', name);
