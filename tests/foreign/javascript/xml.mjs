// The XML format of UCWA, read by fast-xml-parser: the same resources and events as in JSON.

import { XMLBuilder, XMLParser } from "fast-xml-parser";

const LISTS = ["resource", "link", "property", "propertyList", "item", "sender"];
const EVENTS = ["added", "updated", "deleted", "started", "completed"];

const parser = new XMLParser({
  attributeNamePrefix: "",
  ignoreAttributes: false,
  ignoreDeclaration: true,
  parseTagValue: false,
  textNodeName: "text",
  isArray: (name) => LISTS.includes(name) || EVENTS.includes(name),
});
const ordered = new XMLParser({
  attributeNamePrefix: "",
  ignoreAttributes: false,
  ignoreDeclaration: true,
  parseTagValue: false,
  preserveOrder: true,
  textNodeName: "text",
});
const builder = new XMLBuilder({ attributeNamePrefix: "@", ignoreAttributes: false, textNodeName: "text" });

// Groups elements by their `rel`.
function byRel(all = []) {
  const groups = {};
  for (const it of all) (groups[it.rel] ??= []).push(it);
  return groups;
}

function resource(element) {
  const properties = Object.fromEntries((element.property ?? []).map((it) => [it.name, it.text ?? ""]));
  for (const { name, item = [] } of element.propertyList ?? []) properties[name] = item;
  const links = { ...byRel(element.link) };
  if (element.href) links.self = [{ href: element.href }];
  const embedded = byRel((element.resource ?? []).map(resource));
  return { rel: element.rel, href: element.href, properties, links, embedded };
}

// Returns the events of a sender in their order, which a parser by names does not keep.
function* events(sender, order) {
  const positions = {};
  for (const element of order.sender) {
    const type = Object.keys(element)[0];
    if (!EVENTS.includes(type)) continue;
    positions[type] = (positions[type] ?? -1) + 1;
    const event = sender[type][positions[type]];
    const { rel, href, status, reason } = event;
    const embedded = event.resource?.map(resource).find((it) => it.rel === rel);
    yield { sender: sender.rel, type, status, reason, rel, href, resource: embedded };
  }
}

function batch(text) {
  const { events: root } = parser.parse(text);
  const links = byRel(root.link);
  const order = ordered.parse(text)[0].events.filter((element) => element.sender);
  const all = (root.sender ?? []).flatMap((sender, index) => [...events(sender, order[index])]);
  return { next: (links.next ?? links.resync)?.[0].href, events: all };
}

function input(values) {
  const all = Object.entries(values);
  const lists = all.filter(([, value]) => Array.isArray(value));
  const others = all.filter(([, value]) => !Array.isArray(value));
  return builder.build({
    input: {
      "@xmlns": "http://schemas.microsoft.com/rtc/2012/03/ucwa",
      property: others.map(([name, text]) => ({ "@name": name, text })),
      propertyList: lists.map(([name, item]) => ({ "@name": name, item })),
    },
  });
}

export const xml = {
  type: "application/xml",
  encode: input,
  resource: (text) => resource(parser.parse(text).resource[0]),
  batch,
};
